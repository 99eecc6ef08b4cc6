// The browser's local storage for queries and settings, but never for headers: these hold the token. GraphiQL keeps
// them in its history even where it is told not to persist them, so they are taken out of whatever it stores.

const withoutHeaders = (name, value) => (name === 'headers' ? undefined : value);

function cleaned(text) {
  try {
    return JSON.stringify(JSON.parse(text), withoutHeaders);
  } catch {
    return text;
  }
}

export const storageWithoutHeaders = {
  get length() {
    return window.localStorage.length;
  },
  getItem: (key) => window.localStorage.getItem(key),
  setItem(key, text) {
    if (key !== 'graphiql:headers') {
      window.localStorage.setItem(key, cleaned(text));
    }
  },
  removeItem: (key) => window.localStorage.removeItem(key),
  clear: () => window.localStorage.clear(),
};

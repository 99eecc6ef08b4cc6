//! Database URLs without their secrets. In doubt more is hidden, never less.

/// What stands for a secret.
pub(super) const MASK: &str = "***";

/// Parameters whose values are no secrets; the value of any other is hidden.
const HARMLESS: [&str; 14] = [
    "application_name",
    "cache",
    "dbname",
    "host",
    "immutable",
    "mode",
    "options",
    "port",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "statement-cache-capacity",
    "user",
];

/// The URL with password and unknown parameters masked. Text without `://` or `@` comes back as it is, save for its
/// parameters. The user's part ends at the last `@` of all, so that a password with an unescaped `/`, `?` or `@` is
/// hidden whole.
pub(super) fn masked_url(url: &str) -> String {
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), url),
    };
    let (user, place) = match rest.rsplit_once('@') {
        Some((user, place)) => (masked_user(user), place),
        None => (String::new(), rest),
    };
    let (path, parameters) = match place.split_once('?') {
        Some((path, parameters)) => (path, masked_parameters(parameters)),
        None => (place, String::new()),
    };
    format!("{scheme}{user}{path}{parameters}")
}

fn masked_user(user: &str) -> String {
    match user.split_once(':') {
        Some((name, _)) => format!("{name}:{MASK}@"),
        None => format!("{user}@"),
    }
}

fn masked_parameters(parameters: &str) -> String {
    let masked = parameters
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, _)) if !HARMLESS.contains(&name) => format!("{name}={MASK}"),
            _ => pair.to_owned(),
        });
    format!("?{}", masked.collect::<Vec<_>>().join("&"))
}

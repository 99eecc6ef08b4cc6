// The GraphiQL page: reads and mutates with POST /graphql, subscribes over a WebSocket at the same address. What is
// typed under "Headers" goes with each request, and into the first message of a WebSocket; it is never stored.

import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import 'graphiql/style.css';
import './page.css';
import { storageWithoutHeaders } from './storage.js';

const socketScheme = window.location.protocol === 'https:' ? 'wss:' : 'ws:';

const fetcher = createGraphiQLFetcher({
  url: '/graphql',
  headers: { accept: 'application/graphql-response+json, application/json;q=0.9' },
  subscriptionUrl: `${socketScheme}//${window.location.host}/graphql`,
  enableIncrementalDelivery: false,
});

const welcome = `# Ctrl-Enter runs the query under the cursor;
# Ctrl-Space offers what may stand there.
#
# What is public needs no token. For the rest,
# get one from POST /oauth/token and put it
# under "Headers" below:
#   {"Authorization": "Bearer ..."}

{
  __typename
}
`;

createRoot(document.getElementById('root')).render(
  <GraphiQL
    fetcher={fetcher}
    defaultQuery={welcome}
    defaultEditorToolsVisibility="headers"
    shouldPersistHeaders={false}
    storage={storageWithoutHeaders}
  />,
);

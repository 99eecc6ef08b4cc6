// Bundles the page into dist/: index.html, graphiql.js, graphiql.css (fonts inlined). Fails if what is loaded with the
// page would name another host.

import { build } from 'esbuild';
import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

await rm(here('dist'), { recursive: true, force: true });
await mkdir(here('dist'));
const { metafile } = await build({
  entryPoints: { graphiql: here('src/main.jsx') },
  outdir: here('dist'),
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"production"' },
  loader: { '.woff2': 'dataurl' },
  legalComments: 'eof',
  logLevel: 'warning',
  metafile: true,
});
await cp(here('index.html'), here('dist/index.html'));

const external = Object.values(metafile.outputs).flatMap((output) => output.imports.map((file) => file.path));
const foreign = [
  ['dist/graphiql.css', /url\(\s*["']?(?!data:)[^)]{0,80}|@import[^;]{0,80}/],
  ['dist/index.html', /(?:src|href)="(?!\/graphiql\/|\/schema\.graphql"|data:)[^"]{0,80}/],
];
for (const [file, pattern] of foreign) {
  const found = pattern.exec(await readFile(here(file), 'utf8'));
  if (found) {
    external.push(`${file}: ${found[0]}`);
  }
}
if (external.some((path) => !path.startsWith('data:'))) {
  throw new Error(`the page would load from elsewhere: ${external.join(', ')}`);
}

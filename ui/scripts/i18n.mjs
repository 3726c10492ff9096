// Checks that every catalogue has the same keys and the same {placeholders}, and that the source uses no unknown key.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const read = (lang) => JSON.parse(readFileSync(new URL(`../src/i18n/${lang}.json`, import.meta.url), 'utf8'));
const languages = readdirSync(new URL('../src/i18n/', import.meta.url)).map((f) => f.replace('.json', ''));
const catalogues = Object.fromEntries(languages.map((l) => [l, read(l)]));
const problems = [];

const holes = (text) =>
  [...text.matchAll(/\{(\w+)\}/g)]
    .map((m) => m[1])
    .sort()
    .join(',');
for (const lang of languages) {
  for (const [key, text] of Object.entries(catalogues.en)) {
    const other = catalogues[lang][key];
    if (other === undefined) problems.push(`${lang}: missing ${key}`);
    else if (holes(other) !== holes(text)) problems.push(`${lang}: placeholders differ in ${key}`);
  }
  for (const key of Object.keys(catalogues[lang])) {
    if (!(key in catalogues.en)) problems.push(`${lang}: extra ${key}`);
  }
}

function* files(dir) {
  for (const name of readdirSync(dir)) {
    const path = join(dir, name);
    if (statSync(path).isDirectory()) yield* files(path);
    else if (/\.(svelte|ts)$/.test(name) && !name.endsWith('.d.ts')) yield path;
  }
}
const used = new Set();
for (const path of files(new URL('../src', import.meta.url).pathname)) {
  const text = readFileSync(path, 'utf8');
  for (const [, key] of text.matchAll(/['"`]([a-z][a-zA-Z]*(?:\.[\w-]+)+)['"`]/g)) used.add(key);
}
// Keys that are put together at run time start with one of these.
const dynamic =
  /^(field|code|kind|kinds|module|action|error|flag|setting|objective|theme|unit|verb|tab|delete|hint|policy|limit|reason|token)\.|^library\.(brings|error|filter|strategy)\.|^assessment\.(chart|extended|result|state|status|tab)\./;
for (const key of Object.keys(catalogues.en)) {
  const base = key.replace(/_(one|other|many)$/, '');
  if (!dynamic.test(key) && !used.has(key) && !used.has(base)) problems.push(`unused: ${key}`);
}

if (problems.length) {
  console.error(problems.join('\n'));
  process.exit(1);
}
console.log(`i18n: ${Object.keys(catalogues.en).length} keys in ${languages.join(', ')}`);

// Checks that every catalogue has the same keys and the same {placeholders}, that the source uses no unknown key, and that
// every kind, field and choice that the server declares has words.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const read = (lang) => JSON.parse(readFileSync(new URL(`../src/i18n/${lang}.json`, import.meta.url), 'utf8'));
const languages = readdirSync(new URL('../src/i18n/', import.meta.url))
  .filter((f) => f.endsWith('.json'))
  .map((f) => f.replace('.json', ''));
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
  /^(field|level|cost|code|kind|kinds|module|action|error|flag|setting|objective|theme|unit|verb|tab|delete|hint|policy|limit|reason|token)\.|^library\.(brings|error|filter|strategy)\.|^assessment\.(chart|extended|result|state|status|tab)\./;
for (const key of Object.keys(catalogues.en)) {
  const base = key.replace(/_(one|other|many)$/, '');
  if (!dynamic.test(key) && !used.has(key) && !used.has(base)) problems.push(`unused: ${key}`);
}

// What the server declares, as its document tells it. Where a field can be written, the codes of its choices are those of the
// written shapes; what is read may name a choice by its English label.
const { schemas } = JSON.parse(
  readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'),
).components;
const SHAPE = /^(?<kind>\w+?)(?<shape>Read|List|Write|Input|Changes|Replacement)$/;
const declared = Object.entries(schemas).flatMap(([name, { properties }]) => {
  const found = SHAPE.exec(name);
  return found && !name.startsWith('Paginated') ? [{ ...found.groups, properties: properties ?? {} }] : [];
});
const isWritten = ({ shape }) => shape !== 'Read' && shape !== 'List';
const written = new Set(
  declared
    .filter(isWritten)
    .flatMap(({ kind, properties }) => Object.keys(properties).map((name) => kind + name)),
);
const choices = new Set();
const fields = new Set();
for (const one of declared) {
  for (const [field, { enum: codes, items }] of Object.entries(one.properties)) {
    fields.add(field);
    if (!isWritten(one) && written.has(one.kind + field)) continue;
    for (const code of codes ?? items?.enum ?? [])
      if (code !== null && code !== '') choices.add(`${field}.${code}`);
  }
}
if (choices.size < 100) problems.push(`only ${choices.size} choices were found in docs/openapi.json`);
// These are shown in a way of their own, or not at all.
const unnamed = ['id', 'path', 'str'];
for (const field of fields)
  if (!unnamed.includes(field) && !(`field.${field}` in catalogues.en))
    problems.push(`no words for the field ${field}`);
for (const kind of new Set(declared.map(({ kind }) => kind.toLowerCase())))
  for (const key of [`kind.${kind}`, `kinds.${kind}`])
    if (!(key in catalogues.en)) problems.push(`no words for ${key}`);
for (const lang of languages) {
  // Terms that the server brings are named by codes as well; it makes them, and no document lists them.
  const said = read(`choices/${lang}`);
  // The server says the others in English itself.
  if (lang !== 'en')
    for (const choice of choices)
      if (!said[choice]) problems.push(`${lang}: no word for the choice ${choice}`);
  for (const choice of Object.keys(said))
    if (!choice.startsWith('term.') && !choices.has(choice))
      problems.push(`${lang}: ${choice} is no choice any more`);
}

if (problems.length) {
  console.error(problems.join('\n'));
  process.exit(1);
}
console.log(
  `i18n: ${Object.keys(catalogues.en).length} keys and ${choices.size} choices in ${languages.join(', ')}`,
);

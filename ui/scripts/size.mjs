// Prints the gzip size of what the browser loads first, and fails above the budget.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET = 95_000;
const dist = new URL('../dist/', import.meta.url);
const gz = (path) => gzipSync(readFileSync(new URL(path, dist))).length;
const html = readFileSync(new URL('index.html', dist), 'utf8');
const first = [...html.matchAll(/(?:src|href)="\/([^"]+)"/g)].map((m) => m[1]);
const total = first.reduce((sum, f) => sum + gz(f), gz('index.html'));
const all = readdirSync(new URL('assets/', dist)).reduce((sum, f) => sum + gz(`assets/${f}`), 0);
console.log(
  `first load ${(total / 1000).toFixed(1)} kB gzip (budget ${BUDGET / 1000}), everything ${(all / 1000).toFixed(1)} kB`,
);
if (total > BUDGET) process.exit(1);

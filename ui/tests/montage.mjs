// One picture of many screenshots: node tests/montage.mjs OUT WIDTH shot …
import { writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const [out, width, ...names] = process.argv.slice(2);
const shots = process.env.SHOTS ? `file://${process.env.SHOTS}/` : new URL('./shots/', import.meta.url).href;
const html = `<body style="margin:0;background:#888;display:flex;flex-wrap:wrap;gap:8px">${names.map((n) => `<img src="${shots}${n}.png" width="${width}">`).join('')}`;
writeFileSync(`${out}.html`, html);
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
const page = await browser.newPage({ viewport: { width: 1640, height: 400 } });
await page.goto(`file://${out}.html`);
await page.waitForLoadState('networkidle');
await page.screenshot({ path: out, fullPage: true });
await browser.close();

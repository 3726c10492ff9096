// Screenshots of the pages: node tests/screens.mjs [page …] [--theme=dark] [--width=360] [--all]
import { mkdirSync } from 'node:fs';
import { open, PAGES, signIn, start } from './browser.mjs';

const names = process.argv.slice(2).filter((a) => !a.startsWith('--'));
const option = (name, fallback) =>
  process.argv.find((a) => a.startsWith(`--${name}=`))?.split('=')[1] ?? fallback;
const all = process.argv.includes('--all');
const shots = new URL('./shots/', import.meta.url).pathname;
mkdirSync(shots, { recursive: true });

const { base, browser, stop } = await start();
try {
  for (const theme of all ? ['light', 'dark'] : [option('theme', 'light')]) {
    for (const width of all ? [1280, 360] : [Number(option('width', 1280))]) {
      const page = await open(browser, base, { width, height: width < 600 ? 720 : 800, theme });
      await signIn(page);
      for (const name of names.length ? names : Object.keys(PAGES)) {
        await page.visit(PAGES[name]);
        await page.screenshot({ path: `${shots}${name}-${theme}-${width}.png` });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (wide > 0) console.log(`${name} ${width}: ${wide} px too wide`);
      }
      if (page.problems.length) console.log(page.problems.join('\n'));
      await page.context().close();
    }
  }
} finally {
  await stop();
}

/**
 * How long a large audit takes in Chromium: until its first requirement can be clicked, until the panel of one is there, and until
 * a decision is shown and saved. Prints the medians and the slowest of RUNS opens, each in a clean browser context without a
 * cache. Nothing fails here: figures depend on the machine.
 *
 *   npm run measure          TESSERA_BIN=… for another program, RUNS=… and REQUIREMENTS=… for other amounts
 */
import { chromium } from 'playwright-core';
import { Api } from './lib/api.mjs';
import { signIn } from './lib/browser.mjs';
import { doors, loadLibrary } from './lib/framework.mjs';
import { makeDomain } from './lib/people.mjs';
import { ADMIN, startTessera } from './lib/tessera.mjs';

const RUNS = Number(process.env.RUNS ?? 7);
const REQUIREMENTS = Number(process.env.REQUIREMENTS ?? 1600);
const EACH = 20;

/** What a test would do at its end. */
const endings = [];
const scope = { after: (ending) => endings.unshift(ending) };

try {
  const { url } = await startTessera(scope);
  const audit = await prepare(url);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_BIN ?? '/usr/bin/chromium',
    args: ['--headless=new', '--no-sandbox', '--disable-gpu'],
  });
  scope.after(() => browser.close());
  const taken = [];
  for (let run = 0; run < RUNS; run++) taken.push(await open(browser, url, audit, run));
  console.log(`${REQUIREMENTS} requirements, ${RUNS} opens, Chromium ${browser.version()}; milliseconds`);
  for (const name of Object.keys(taken[0])) print(name, taken.map((one) => one[name]));
} finally {
  for (const ending of endings) await ending();
}

/** Each run decides another requirement, so that there is something to save. */
async function open(browser, url, audit, run) {
  const door = new RegExp(`Door ${(run % (EACH - 1)) + 2} of floor 1`);
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  const page = await context.newPage();
  await signIn(page, ADMIN);
  // A new page has nothing of the interface in its memory; the first one leaves only its session behind.
  await page.close();
  const fresh = await context.newPage();
  const main = fresh.getByRole('main');
  await (await context.newCDPSession(fresh)).send('Network.setCacheDisabled', { cacheDisabled: true });
  await fresh.addInitScript(watch);
  await fresh.goto(`/compliance-assessments/${audit}`);
  await main.getByRole('treeitem', { name: /Door 1 of floor 1/ }).first().waitFor();
  await fresh.waitForLoadState('networkidle');
  const { shown, lastTask, blocked } = await fresh.evaluate(() => window.measured);

  const panel = main.getByRole('complementary', { name: 'Requirement' });
  const opened = await clock(async () => {
    await main.getByRole('treeitem', { name: door }).first().click();
    await panel.getByRole('radio', { name: 'Compliant', exact: true }).waitFor();
  });
  const saved = await clock(async () => {
    await panel.getByRole('radio', { name: 'Compliant', exact: true }).check();
    await panel.getByText('Saved', { exact: true }).waitFor();
  });
  const searched = await clock(async () => {
    await main.getByRole('searchbox').fill(`1.${EACH}`);
    await main.getByText(/^\d+ of [\d,]+$/).waitFor();
  });
  await context.close();
  return {
    'tree shown': shown,
    'interactive (shown, and no task over 50 ms after it)': Math.max(shown, lastTask),
    'main thread blocked by long tasks': blocked,
    'panel of a requirement': opened,
    'decision saved': saved,
    'search of the tree': searched,
  };
}

/** Runs in the page from its beginning: when the tree is there, and the tasks that held the page up. */
function watch() {
  const measured = (window.measured = { shown: 0, lastTask: 0, blocked: 0 });
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) {
      measured.lastTask = task.startTime + task.duration;
      measured.blocked += task.duration - 50;
    }
  }).observe({ type: 'longtask', buffered: true });
  const look = () => {
    if (document.querySelector('[role=tree] [role=treeitem]')) measured.shown = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

async function clock(run) {
  const from = performance.now();
  await run();
  return performance.now() - from;
}

function print(name, values) {
  const sorted = values.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  console.log(`${name.padEnd(56)} median ${String(Math.round(median)).padStart(5)}   slowest ${Math.round(sorted.at(-1))}`);
}

async function prepare(url) {
  const admin = await Api.signIn(url, ADMIN);
  const folder = await makeDomain(admin);
  const api = await admin.withToken();
  const framework = await loadLibrary(api, doors(REQUIREMENTS / EACH, EACH), 'Doors');
  return (await api.post('compliance-assessments/', { name: 'Large audit', framework, folder })).id;
}

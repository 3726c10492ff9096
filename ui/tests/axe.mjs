// axe-core over every page, in both themes and widths, with the dialogs open as well. Fails on any violation.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { open, PAGES, signIn, start } from './browser.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const { base, browser, stop } = await start();
let violations = 0;

async function check(page, name) {
  await page.evaluate(axe);
  const found = await page.evaluate(() =>
    globalThis.axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  );
  for (const v of found.violations) {
    violations++;
    console.log(`${name}: ${v.id} (${v.impact}) ${v.help}`);
    for (const node of v.nodes.slice(0, 4))
      console.log(`    ${node.target.join(' ')}  ${node.failureSummary.split('\n')[1] ?? ''}`);
  }
}

const DIALOGS = {
  'new token': async (page) => {
    await page.visit('/profile/settings');
    await page.getByRole('button', { name: 'Generate new token' }).click();
  },
  'token value': async (page) => {
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('axe');
    await dialog.getByRole('button', { name: 'Generate new token' }).click();
    await dialog.getByRole('button', { name: 'Done' }).waitFor();
  },
  'token limits': async (page) => {
    await page.visit('/profile/settings');
    await page.getByRole('button', { name: 'Generate new token' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Limit what it can do').click();
    await dialog.getByRole('radio', { name: 'Chosen kinds' }).check();
    await dialog.getByRole('radio', { name: 'Only these' }).check();
  },
  'rotate token': async (page) => {
    await page.visit('/profile/settings');
    await page.getByRole('button', { name: 'Rotate the token nightly' }).click();
  },
  'chosen tokens': async (page) => {
    await page.visit('/profile/settings');
    await page.getByLabel('Choose ci-import').check();
  },
  'revoke many': async (page) => {
    await page.visit('/admin/tokens');
    await page.getByRole('button', { name: 'Revoke all…' }).click();
    await page.getByRole('dialog').getByText('They belong to').waitFor();
  },
  'policy preview': async (page) => {
    await page.visit('/admin/token-policy');
    await page.getByLabel('Longest life').fill('60');
    await page.getByLabel('Refuse all tokens').check();
    await page.getByLabel('Why, for those').fill('Test');
    await page.getByText('This stops').waitFor();
    await page.evaluate(() => scrollTo(0, 0)); // the top bar must not lie over a box
  },
  'second factor': async (page) => {
    await page.visit('/profile/settings');
    await page.getByRole('button', { name: 'Set up' }).click();
    await page.getByRole('dialog').getByLabel('Code', { exact: true }).waitFor();
  },
  'recovery codes': async (page) => {
    await page.getByRole('dialog').getByLabel('Code', { exact: true }).fill('123456');
    await page.getByRole('button', { name: 'Turn on' }).click();
    await page.getByRole('dialog').getByLabel('Your recovery codes').waitFor();
  },
  'rotate secret': async (page) => {
    await page.visit(PAGES.serviceAccount);
    await page.getByRole('button', { name: 'Rotate the secret' }).click();
  },
  'secret of a service account': async (page) => {
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate the secret' }).click();
    await page.getByRole('dialog').getByLabel('Secret').waitFor();
  },
  delete: async (page) => {
    await page.visit(PAGES.asset);
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByText('These stay').waitFor();
  },
  palette: async (page) => {
    await page.visit('/');
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').waitFor();
  },
  menu: async (page) => {
    await page.visit('/assets');
    await page.getByRole('button', { name: 'Profile menu' }).click();
  },
  filter: async (page) => {
    await page.visit('/assets?type=PR');
    await page.getByRole('button', { name: 'Type: Primary' }).click();
  },
  picker: async (page) => {
    await page.visit('/assets/new');
    await page.getByRole('combobox', { name: 'Domain' }).click();
    await page.getByRole('option', { name: 'Finance' }).waitFor();
  },
};

try {
  for (const theme of ['light', 'dark']) {
    for (const width of [1280, 360]) {
      const page = await open(browser, base, { theme, width });
      for (const path of ['/sign-in', '/setup', '/password-reset', '/password-reset?token=x']) {
        await page.visit(path);
        await check(page, `${path} ${theme} ${width}`);
      }
      await signIn(page);
      for (const [name, path] of Object.entries(PAGES)) {
        await page.visit(path);
        await check(page, `${name} ${theme} ${width}`);
      }
      for (const [name, act] of Object.entries(DIALOGS)) {
        await act(page);
        await check(page, `${name} ${theme} ${width}`);
      }
      if (page.problems.length) console.log(page.problems.join('\n'));
      violations += page.problems.length;
      await page.request.get(`${base}/mock/sign-out`);
      await page.context().close();
    }
  }
} finally {
  await stop();
}
console.log(violations ? `${violations} problems` : 'axe: no violations');
process.exitCode = violations ? 1 : 0;

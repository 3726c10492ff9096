// The interface's own journeys against the mock: what a person does, step by step, with pictures of the dialogs.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { factorSteps } from './factor.mjs';
import { tokenSteps } from './tokens.mjs';
import { EMAIL, open, PAGES, PASSWORD, signIn, start } from './browser.mjs';

const shots = new URL('./shots/', import.meta.url).pathname;
mkdirSync(shots, { recursive: true });
const dark = process.argv.includes('--dark');
const width = process.argv.includes('--phone') ? 360 : 1280;
const suffix = `${dark ? 'dark' : 'light'}-${width}`;

const { base, browser, stop } = await start();
const page = await open(browser, base, { width, theme: dark ? 'dark' : 'light' });
await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
page.setDefaultTimeout(6000);
const shot = (name) => page.screenshot({ path: `${shots}d-${name}-${suffix}.png` });
const dialog = () => page.getByRole('dialog').last();
const button = (name, options) => page.getByRole('button', { name, ...options });

const FACTOR = factorSteps({ page, base, shot, dialog, button });
const TOKENS = tokenSteps({ page, shot, dialog, button });
const STEPS = {
  async 'a wrong password is told, and too many count down'() {
    await page.visit('/assets');
    for (let i = 0; i < 6; i++) {
      await page.getByLabel('Email').fill(EMAIL);
      await page.getByLabel('Password').fill('wrong');
      await button('Sign in').click();
      await page.waitForLoadState('networkidle');
      if (i === 0) {
        await page.getByRole('alert').getByText('not right').waitFor();
        assert.equal(await page.getByLabel('Email').inputValue(), EMAIL);
        await shot('signin-wrong');
      }
    }
    await page.getByText('Too many tries.').waitFor();
    assert.ok(await button('Try again in').isDisabled());
    await shot('signin-throttled');
  },
  async 'after signing in the wanted page opens'() {
    await page.visit('/assets?type=PR');
    await page.getByLabel('Email').fill(EMAIL);
    await page.getByLabel('Password').fill(PASSWORD);
    await button('Sign in').click();
    await page.getByRole('heading', { name: 'Assets' }).waitFor();
    assert.match(page.url(), /assets\?type=PR/);
  },
  async 'search, sort, page and filter are in the address, and back works'() {
    await page.visit('/assets');
    await page.getByLabel('Search assets').fill('robot');
    await page.waitForURL(/search=robot/);
    if (width > 720) await button('Reference').click();
    else await page.getByLabel('Sort by').selectOption('ref_id');
    await page.waitForURL(/ordering=ref_id/);
    await button('Add filter').click();
    await page.locator('.panel').getByRole('button', { name: 'Type', exact: true }).click();
    await page.getByLabel('Primary').check();
    await page.waitForURL(/type=PR/);
    await shot('filter');
    await page.keyboard.press('Escape');
    await page.goBack();
    await page.waitForURL((u) => !u.searchParams.has('type'));
    await page.visit('/assets');
    await page.getByRole('link', { name: 'Next' }).click();
    await page.waitForURL(/page=2/);
    await page.getByText('51–100 of 236').waitFor();
  },
  async 'an object is created, refused first at the field'() {
    await page.visit('/assets');
    await page.keyboard.press('n');
    await page.getByRole('heading', { name: 'New asset' }).waitFor();
    await button('Create').click();
    await page.getByText('This field is required.').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.name), 'name');
    await shot('form-error');
    await page.getByLabel('Name').fill('Journey vault');
    await page.getByRole('combobox', { name: 'Domain' }).fill('lyon');
    await page.getByRole('option', { name: 'Plant Lyon' }).click();
    const security = page.getByRole('group', { name: 'Security objectives' });
    await security.getByLabel('Confidentiality', { exact: true }).check();
    await security.getByLabel('Level of Confidentiality').selectOption({ label: '3' });
    await page.getByLabel('Recovery time (RTO)', { exact: true }).first().fill('4');
    await shot('form-filled');
    await page.getByLabel('Name').press('Control+Enter');
    await page.getByRole('heading', { name: 'Journey vault' }).waitFor();
    await page.getByText('Confidentiality 3').waitFor();
    await page.getByText('RTO) 4h').waitFor();
    await page.getByRole('link', { name: 'Plant Lyon' }).first().waitFor();
  },
  async 'leaving a changed form asks first'() {
    await page.getByRole('link', { name: 'Edit' }).click();
    await page.getByLabel('Description').fill('Changed');
    await page.evaluate(() => history.back());
    await dialog().getByText('Leave without saving?').waitFor();
    await shot('leave');
    await button('Stay').click();
    assert.equal(await page.getByLabel('Description').inputValue(), 'Changed');
  },
  async 'somebody else changed it: nothing typed is lost'() {
    await page.request.get(`${base}/mock/touch`);
    await button('Save').click();
    await dialog().getByText('Somebody else changed this').waitFor();
    await shot('conflict');
    await button('Save mine over it').click();
    await page.getByRole('heading', { name: 'Journey vault' }).waitFor();
    await page.getByText('Changed', { exact: true }).first().waitFor();
  },
  async 'undo puts the old value back'() {
    await button('Undo').click();
    await page.getByText('The change was undone.').waitFor();
  },
  async 'the session ends under a form, and the form survives'() {
    await page.getByRole('link', { name: 'Edit' }).click();
    await page.getByLabel('Description').fill('Typed before the session ended');
    await page.request.get(`${base}/mock/sign-out`);
    await button('Save').click();
    await dialog().getByText('Your session has ended').waitFor();
    await shot('again');
    await dialog().getByLabel('Password').fill(PASSWORD);
    await dialog().getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Journey vault' }).waitFor();
    await page.getByText('Typed before the session ended').waitFor();
  },
  async 'history shows what changed'() {
    await page.getByRole('tab', { name: 'History' }).click();
    await page.getByText('Typed before the session ended').waitFor();
    await page.waitForURL(/tab=history/);
  },
  async 'deleting names what goes with it'() {
    await page.visit('/folders');
    await page.getByRole('link', { name: 'Finance' }).first().click();
    await button('Delete').click();
    await dialog().getByText('These go with it').waitFor();
    await shot('delete');
    await button('Cancel').click();
  },
  async 'many rows are deleted at once'() {
    await page.visit('/assets?search=journey');
    await page.getByLabel('Choose Journey vault').check();
    await shot('bulk');
    await page
      .getByRole('region', { name: 'Actions on the chosen rows' })
      .getByRole('button', { name: 'Delete' })
      .click();
    await dialog().getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Nothing matches').waitFor();
  },
  async 'the list is saved as CSV'() {
    await page.visit('/assets?search=robot');
    const [download] = await Promise.all([page.waitForEvent('download'), button('Download as CSV').click()]);
    assert.match(download.suggestedFilename(), /^assets-.*\.csv$/);
  },
  async 'a token is made, shown once, copied, and revoked'() {
    await page.visit('/');
    await button('Profile menu').click();
    await shot('menu');
    await page.getByRole('link', { name: 'My profile' }).click();
    await page.getByRole('tab', { name: 'Settings' }).click();
    await button('Generate new token').click();
    await dialog().getByLabel('Name').fill('testing');
    assert.ok(await dialog().getByLabel('30 days').isChecked());
    await dialog().getByLabel('Custom number of days').fill('90');
    assert.ok(await dialog().getByLabel('Custom', { exact: true }).isChecked());
    await shot('token-new');
    await dialog().getByRole('button', { name: 'Generate new token' }).click();
    const field = dialog().getByLabel('The new token');
    const value = await field.inputValue();
    assert.match(value, /^tsr_pat_[0-9A-Za-z]{49}$/);
    assert.equal(await page.evaluate(() => getSelection().toString()), value);
    await shot('token-value');
    await button('Done').click();
    await dialog().getByText('Close without copying?').waitFor();
    await shot('token-warn');
    await button('Go back').click();
    await button('Copy').click();
    await page.getByText('Copied.').waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), value);
    await button('Done').click();
    assert.equal(await page.evaluate((v) => document.documentElement.outerHTML.includes(v), value), false);
    await button('Revoke the token testing').click();
    await shot('token-revoke');
    await dialog().getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('The token “testing” was revoked.').waitFor();
  },
  ...TOKENS,
  async 'the palette finds pages, actions and objects'() {
    await page.keyboard.press('Control+k');
    await dialog().getByRole('combobox').fill('welding');
    await dialog()
      .getByRole('option', { name: /Welding robot/ })
      .first()
      .waitFor();
    await shot('palette');
    await page.keyboard.press('Enter');
    await page.waitForURL(/assets\//);
    await page.keyboard.press('?');
    await dialog().getByText('Keyboard keys').waitFor();
    await shot('keys');
    await page.keyboard.press('Escape');
  },
  async 'members join and leave a group'() {
    await page.visit(PAGES.members);
    await page.getByRole('combobox', { name: 'People to add' }).fill('olga');
    await page.getByRole('option', { name: /olga/ }).click();
    await button('Add to the group').click();
    await page.getByRole('link', { name: 'olga@example.org' }).waitFor();
    await button('Remove olga@example.org').click();
    await dialog().getByRole('button', { name: 'Remove' }).click();
    await page.getByText('olga@example.org was removed.').waitFor();
  },
  async 'a role gets permissions'() {
    await page.visit(PAGES.role);
    await page.getByLabel('Asset: Change').check();
    await button('Save').click();
    await page.getByRole('heading', { name: 'Plant auditor' }).waitFor();
    await page.getByRole('tab', { name: 'Permissions' }).click();
    await page.getByRole('row', { name: /^Asset Yes\s+Yes$/ }).waitFor();
    await shot('role');
  },
  async 'the domain switch narrows the list'() {
    await page.visit('/assets');
    await button('Domain: All domains').click();
    await shot('domain');
    await button('Treasury').click();
    await page.waitForURL(/folder=/);
    await page.getByText(/of 26/).waitFor();
  },
  async 'French everywhere'() {
    await page.visit('/profile/settings');
    await button('Profile menu').click();
    await button('Français').click();
    await page.getByRole('button', { name: 'Générer un nouveau jeton' }).click();
    await shot('french');
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'hidden' });
    await button('Menu du profil').click();
    await button('English').click();
  },
  ...FACTOR,
  async 'signing out ends it'() {
    await button('Profile menu').click();
    await button('Sign out', { exact: true }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  },
};

let failed = 0;
try {
  for (const [name, step] of Object.entries(STEPS)) {
    try {
      await step();
      console.log(`ok    ${name}`);
    } catch (error) {
      failed++;
      await shot(`failed-${failed}`);
      console.log(`FAIL  ${name}\n      ${String(error.message).split('\n').slice(0, 4).join('\n      ')}`);
      await page.goto(`${base}/`);
      await signIn(page).catch(() => {});
    }
  }
  if (page.problems.length) console.log(page.problems.join('\n'));
} finally {
  await stop();
}
process.exitCode = failed || page.problems.length ? 1 : 0;

/** A personal access token from the first click to the last refusal, by the names a person sees. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api } from '../lib/api.mjs';
import { openBrowser, profileIcon, signIn } from '../lib/browser.mjs';
import { ADMIN, startTessera } from '../lib/tessera.mjs';

const VALUE = /^tsr_pat_[0-9A-Za-z]{49}$/;
const DAY = 24 * 60 * 60 * 1000;

test('a token is made, used, kept secret and revoked', async (t) => {
  const tessera = await startTessera(t);
  const page = await openBrowser(t, tessera.url);
  const dialog = page.getByRole('dialog');
  const generate = page.getByRole('main').getByRole('button', { name: 'Generate new token' });
  let value;

  await t.test('by way of My profile and Settings', async () => {
    await signIn(page, ADMIN);
    await profileIcon(page).click();
    await page.getByRole('link', { name: 'My profile' }).click();
    await page.getByRole('tab', { name: 'Settings' }).click();
    await generate.click();
  });

  await t.test('it gets a name; 30 days are preselected', async () => {
    await dialog.getByLabel('Name').fill('testing');
    assert.ok(await dialog.getByRole('radio', { name: '30 days' }).isChecked());
    await dialog.getByRole('button', { name: 'Generate new token' }).click();
  });

  await t.test('its value is shown once and copied', async () => {
    await dialog.getByRole('button', { name: 'Copy' }).click();
    value = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(value, VALUE);
    await dialog.getByRole('button', { name: 'Done' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await row(page, 'testing').waitFor();
  });

  await t.test('a script works with it', async () => {
    const folders = await new Api(tessera.url, value).get('folders/');
    assert.equal(folders.results[0].name, 'Global');
  });

  await t.test('no page and no storage of the browser holds it', async () => {
    assert.ok(!(await everythingIn(page)).includes(value), 'before a reload');
    await page.reload();
    await row(page, 'testing').waitFor();
    assert.ok(!(await everythingIn(page)).includes(value), 'after a reload');
  });

  await t.test('no log, no file and no later answer of the server holds it', async () => {
    assert.ok(!(await tessera.everythingKept()).includes(value));
    const admin = await Api.signIn(tessera.url, ADMIN);
    assert.ok(!JSON.stringify(await admin.get('iam/auth-tokens/')).includes(value));
  });

  await t.test('another one lives for a number of days of one’s own', async () => {
    await generate.click();
    await dialog.getByLabel('Name').fill('quarterly');
    await dialog.getByRole('radio', { name: 'Custom' }).check();
    await dialog.getByLabel('Custom number of days').fill('90');
    await dialog.getByRole('button', { name: 'Generate new token' }).click();
    await dialog.getByRole('button', { name: 'Copy' }).click();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await row(page, 'quarterly').waitFor();
    const admin = await Api.signIn(tessera.url, ADMIN);
    const tokens = await admin.get('iam/auth-tokens/');
    assert.deepEqual(lifetimes(tokens), { quarterly: 90, testing: 30 });
  });

  await t.test('revoked after a question, it opens nothing any more', async () => {
    await row(page, 'testing').getByRole('button', { name: 'Revoke' }).click();
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await row(page, 'testing').waitFor({ state: 'detached' });
    assert.equal(await row(page, 'quarterly').count(), 1);

    const refused = await new Api(tessera.url, value).request('GET', 'folders/');
    assert.deepEqual(refused, { status: 401, body: { detail: 'Invalid token.', code: 'token_revoked' } });
  });
});

const row = (page, name) => page.getByRole('row').filter({ hasText: name });

function lifetimes(tokens) {
  const days = ({ created, expiry }) => Math.round((Date.parse(expiry) - Date.parse(created)) / DAY);
  return Object.fromEntries(tokens.map((token) => [token.name, days(token)]).sort());
}

/** What the page shows and what the browser keeps for it. */
async function everythingIn(page) {
  const kept = await page.evaluate(async () => {
    const inputs = [...document.querySelectorAll('input, textarea')].map((input) => input.value);
    const databases = (await indexedDB.databases()).map((database) => database.name);
    const caches = await window.caches.keys();
    return JSON.stringify([inputs, { ...localStorage }, { ...sessionStorage }, history.state, databases, caches]);
  });
  const cookies = JSON.stringify(await page.context().cookies());
  return [page.url(), await page.content(), kept, cookies].join('\n');
}

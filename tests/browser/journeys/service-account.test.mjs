/** A service account from its making to its end, its secret exchanged as a machine does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBrowser, signIn } from '../lib/browser.mjs';
import { ADMIN, startTessera } from '../lib/tessera.mjs';

test('a service account is made, exchanged, rotated, stopped and deleted', async (t) => {
  const { url } = await startTessera(t);
  const page = await openBrowser(t, url);
  const dialog = page.getByRole('dialog').last();
  const button = (name) => page.getByRole('button', { name });
  const credentials = {};

  async function keepSecret() {
    const before = credentials.client_secret;
    await dialog.getByRole('button', { name: 'Copy' }).click();
    credentials.client_secret = await page.evaluate(() => navigator.clipboard.readText());
    assert.notEqual(credentials.client_secret, before);
    await dialog.getByRole('button', { name: 'Done' }).click();
  }

  await t.test('an administrator makes it with a linked role', async () => {
    await signIn(page, ADMIN);
    await page.getByRole('link', { name: 'Service accounts' }).click();
    await page.getByRole('link', { name: 'New service account' }).first().click();
    await page.getByLabel('Name').fill('inventory');
    await page.getByRole('combobox', { name: 'Role' }).selectOption({ label: 'Reader' });
    await button('Create').click();
    await keepSecret();
    await page.getByRole('heading', { name: 'inventory' }).waitFor();
    credentials.client_id = await page.locator('dd code').first().innerText();
  });

  await t.test('its secret becomes an access token that reads', async () => {
    const { status, body } = await exchange(url, credentials);
    assert.equal(status, 200);
    assert.equal(body.token_type, 'Bearer');
    assert.equal(await read(url, body.access_token), 200);
  });

  await t.test('rotated, both secrets work for a while', async () => {
    const old = { ...credentials };
    await button('Rotate the secret').click();
    await dialog.getByRole('button', { name: 'Rotate the secret' }).click();
    await dialog.getByText('The old value works until').waitFor();
    await keepSecret();
    assert.equal((await exchange(url, old)).status, 200);
    assert.equal((await exchange(url, credentials)).status, 200);
  });

  await t.test('its rights become chosen permissions', async () => {
    await page.getByRole('link', { name: 'Edit' }).click();
    await page.getByRole('radio', { name: 'Chosen permissions' }).check();
    await page.getByLabel('Search permissions').fill('asset');
    await page.getByLabel('Asset: View', { exact: true }).check();
    await button('Save').click();
    await page.getByText('1 permission', { exact: true }).first().waitFor();
  });

  await t.test('stopped, it opens nothing', async () => {
    const { body } = await exchange(url, credentials);
    await button('Deactivate').click();
    await dialog.getByRole('button', { name: 'Deactivate' }).click();
    await page.getByText('“inventory” was deactivated.').waitFor();
    assert.equal(await read(url, body.access_token), 401);
    assert.equal((await exchange(url, credentials)).status, 401);
  });

  await t.test('deleted, it is gone from the list', async () => {
    await button('Delete').click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No service accounts yet').waitFor();
  });
});

async function exchange(url, credentials) {
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...credentials });
  const response = await fetch(`${url}/api/oauth/token/`, { method: 'POST', body });
  return { status: response.status, body: await response.json() };
}

async function read(url, token) {
  const headers = { Authorization: `Bearer ${token}` };
  return (await fetch(`${url}/api/assets/`, { headers })).status;
}

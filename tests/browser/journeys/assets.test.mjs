/** An asset from its creation to its end, through the generic list, form and page. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api } from '../lib/api.mjs';
import { openBrowser, signIn } from '../lib/browser.mjs';
import { ADMIN, startTessera } from '../lib/tessera.mjs';

test('an asset is created, edited and deleted', async (t) => {
  const { url } = await startTessera(t);
  const api = await Api.signIn(url, ADMIN);
  const page = await openBrowser(t, url);
  const main = page.getByRole('main');
  const only = async () => {
    const { results } = await api.get('assets/');
    assert.equal(results.length, 1);
    return results[0];
  };

  await t.test('the empty list invites to create one', async () => {
    await signIn(page, ADMIN);
    await page.getByRole('navigation', { name: 'Modules' }).getByRole('link', { name: 'Assets' }).click();
    await main.getByRole('link', { name: 'New asset' }).first().click();
  });

  await t.test('a missing name is told at the field, and nothing typed is lost', async () => {
    await main.getByLabel('Description').fill('where the payslips are');
    await main.getByRole('button', { name: 'Create' }).click();
    await main.locator('[aria-invalid=true]').first().waitFor();
    assert.equal(await main.getByLabel('Description').inputValue(), 'where the payslips are');
  });

  await t.test('with a name it is created', async () => {
    await main.getByLabel('Name').first().fill('Payroll database');
    await main.getByRole('button', { name: 'Create' }).click();
    await main.getByRole('heading', { level: 1, name: 'Payroll database' }).waitFor();
    const asset = await only();
    assert.deepEqual([asset.name, asset.description], ['Payroll database', 'where the payslips are']);
  });

  await t.test('it is edited', async () => {
    await main.getByRole('link', { name: 'Edit' }).click();
    await main.getByLabel('Name').first().fill('Payroll archive');
    await main.getByRole('button', { name: 'Save' }).click();
    await main.getByRole('heading', { level: 1, name: 'Payroll archive' }).waitFor();
    assert.equal((await only()).name, 'Payroll archive');
  });

  await t.test('its history tells both', async () => {
    await main.getByRole('tab', { name: 'History' }).click();
    await main.getByText('Payroll database').first().waitFor();
    await main.getByText('Payroll archive').first().waitFor();
  });

  await t.test('the list finds it', async () => {
    await page.goto('/assets?search=archive');
    await main.getByRole('link', { name: 'Payroll archive' }).waitFor();
    await page.goto('/assets?search=nothing-of-the-kind');
    await main.getByText('Nothing matches').waitFor();
    assert.equal(await main.getByRole('link', { name: 'Payroll archive' }).count(), 0);
  });

  await t.test('it is deleted after a question that names it', async () => {
    await page.goto('/assets');
    await main.getByRole('link', { name: 'Payroll archive' }).click();
    await main.getByRole('button', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Payroll archive').first().waitFor();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.equal((await api.get('assets/')).count, 0);
  });
});

/** What is done with all of an audit at once: it is seen before it happens. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../lib/accessible.mjs';
import { Api } from '../lib/api.mjs';
import { openBrowser, signIn } from '../lib/browser.mjs';
import { makeDomain } from '../lib/people.mjs';
import { ADMIN, startTessera } from '../lib/tessera.mjs';

test('suggested controls are taken, and results follow from controls', async (t) => {
  const { url } = await startTessera(t);
  const admin = await Api.signIn(url, ADMIN);
  const folder = await makeDomain(admin);
  const api = await admin.withToken();
  const { results: frameworks } = await api.get('frameworks/?search=starter');
  const { id } = await api.post('compliance-assessments/', { name: 'House', folder, framework: frameworks[0].id });
  const controls = async () => (await api.get(`applied-controls/?folder=${folder}&limit=200`)).results;
  const page = await openBrowser(t, url);
  const main = page.getByRole('main');
  const choose = async (name) => {
    await main.getByRole('button', { name: 'Actions' }).click();
    await main.getByRole('button', { name }).click();
  };
  await signIn(page, ADMIN);
  await page.goto(`/compliance-assessments/${id}`);
  await main.getByRole('tree').waitFor();

  await t.test('without controls no result follows', async () => {
    await choose('Results from controls…');
    const dialog = page.getByRole('dialog', { name: 'Results from controls' });
    await dialog.getByText('There is nothing to change.').waitFor();
    assert.equal(await dialog.getByRole('button', { name: 'Change nothing' }).isDisabled(), true);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });

  await t.test('suggested controls are named before they are made', async () => {
    await choose('Create suggested controls…');
    const dialog = page.getByRole('dialog', { name: 'Create suggested controls' });
    const take = dialog.getByRole('button', { name: /^Take \d+ controls$/ });
    await take.waitFor();
    const many = Number(/\d+/.exec(await take.innerText())[0]);
    assert.equal(await dialog.getByRole('listitem').count(), many);
    await assertAccessible(page, 'suggested controls');
    assert.equal((await controls()).length, 0);
    await take.click();
    await page.getByText(`${many} controls were linked.`).waitFor();
    assert.equal((await controls()).length, many);
  });

  await t.test('controls at work make requirements compliant', async () => {
    for (const control of await controls())
      assert.equal((await api.request('PATCH', `applied-controls/${control.id}/`, { status: 'active' })).status, 200);
    await choose('Results from controls…');
    const dialog = page.getByRole('dialog', { name: 'Results from controls' });
    const change = dialog.getByRole('button', { name: /^Change \d+ requirements$/ });
    await change.waitFor();
    const many = Number(/\d+/.exec(await change.innerText())[0]);
    await change.click();
    await page.getByText(`${many} requirements were changed.`).waitFor();
    await main.getByRole('treeitem', { name: /Compliant/ }).first().waitFor();
    const { results } = await api.get(`requirement-assessments/?compliance_assessment=${id}&result=compliant&limit=200`);
    assert.equal(results.length, many);
  });
});

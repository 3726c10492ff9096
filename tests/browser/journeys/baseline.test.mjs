/** A new audit starts from another one: only what fits is offered, and what comes over is said before. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../lib/accessible.mjs';
import { openBrowser, pick, signIn } from '../lib/browser.mjs';
import { prepare } from '../lib/doors.mjs';
import { loadLibrary } from '../lib/framework.mjs';
import { DOORS_TO_GATES, gates, windows } from '../lib/mapped.mjs';
import { ADMIN, startTessera } from '../lib/tessera.mjs';

test('an audit starts from another one', async (t) => {
  const { url } = await startTessera(t);
  const { api, folder, framework: doors } = await prepare(url);
  const gate = await loadLibrary(api, gates, 'Gates');
  const window = await loadLibrary(api, windows, 'Panes');
  await loadLibrary(api, DOORS_TO_GATES, 'Gates');
  const make = (name, framework) => api.post('compliance-assessments/', { name, framework, folder });
  const { id: before } = await make('Doors before', doors);
  await make('Panes before', window);
  const rows = async (of) => (await api.get(`requirement-assessments/?compliance_assessment=${of}&limit=100`)).results;
  const first = async (of) => (await rows(of)).find((row) => row.name.startsWith('1.1'));
  const { id: control } = await api.post('applied-controls/', { name: 'Hinges', folder });
  const decided = { result: 'compliant', observation: 'It shuts.', applied_controls: [control] };
  const { status } = await api.request('PATCH', `requirement-assessments/${(await first(before)).id}/`, decided);
  assert.equal(status, 200);

  const page = await openBrowser(t, url);
  const main = page.getByRole('main');
  const framework = main.getByRole('combobox', { name: /^Framework/ });
  const baseline = main.getByRole('combobox', { name: /^Baseline/ });
  const create = async (name) => {
    await main.getByRole('button', { name: 'Create', exact: true }).click();
    await main.getByRole('heading', { level: 1, name }).waitFor();
    return new URL(page.url()).pathname.split('/').at(-1);
  };
  const begin = async (name, of) => {
    await page.goto('/compliance-assessments/new');
    await main.getByText('Choose the framework first.').waitFor();
    assert.ok(await baseline.isDisabled());
    await main.getByLabel('Name').first().fill(name);
    await pick(framework, of);
    await pick(main.getByRole('combobox', { name: /^Domain/ }), 'Ours');
  };
  await signIn(page, ADMIN);

  await t.test('one of the same framework: everything comes over, and that is said', async () => {
    await begin('Doors now', 'Doors');
    await main.getByText('An audit of the same framework.').waitFor();
    await baseline.click();
    const options = page.getByRole('listbox', { name: 'Baseline' }).getByRole('option');
    await options.filter({ hasText: 'Doors before' }).waitFor();
    assert.equal(await options.count(), 1, 'no audit of another framework');
    await options.click();
    await main.getByText(/^Taken over: .* One of 12 requirements has a result\. Compliant 1\.$/).waitFor();
    await assertAccessible(page, 'a new audit with a baseline');
    const made = await first(await create('Doors now'));
    assert.deepEqual([made.result, made.observation], ['compliant', 'It shuts.']);
    assert.deepEqual(made.applied_controls.map((one) => one.id), [control]);
  });

  await t.test('one of a framework that a mapping leads from: what the mapping makes of it', async () => {
    await begin('Gates now', 'Gates');
    await main.getByText(/of one that a mapping leads from: Doors and windows\.$/).waitFor();
    await pick(baseline, 'Doors before');
    await main.getByText(/a mapping leads there\. One of 2 requirements gets a result.* Compliant 1\.$/).waitFor();
    const made = await rows(await create('Gates now'));
    assert.deepEqual(made.filter((row) => row.assessable).map((row) => row.result), ['compliant', 'not_assessed']);
  });

  await t.test('one that does not fit another framework is told, and so is that there is none', async () => {
    await begin('Panes now', 'Doors');
    await pick(baseline, 'Doors before');
    await main.getByText(/^Taken over/).waitFor();
    await main.getByRole('button', { name: 'Remove', exact: false }).first().waitFor();
    await pick(framework, 'Panes');
    await main.getByText(/^No mapping leads from its framework to this one\./).waitFor();
    await pick(baseline, 'Panes before');
    await main.getByText(/0 of 2 requirements have a result\.$/).waitFor();
  });

  await t.test('the form to edit an audit asks for neither its framework nor where it started', async () => {
    await page.goto(`/compliance-assessments/${before}/edit`);
    await main.getByLabel('Name').first().waitFor();
    assert.equal(await main.getByLabel('Name').first().inputValue(), 'Doors before');
    for (const box of [framework, baseline]) assert.equal(await box.count(), 0);
    assert.equal(await main.getByRole('checkbox', { name: 'Create the suggested controls' }).count(), 0);
  });
});

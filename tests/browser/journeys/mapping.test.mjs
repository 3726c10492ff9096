/** Results are taken over from an audit of another framework; what would change is told before. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../lib/accessible.mjs';
import { openBrowser, signIn } from '../lib/browser.mjs';
import { prepare } from '../lib/doors.mjs';
import { loadLibrary } from '../lib/framework.mjs';
import { DOORS_TO_GATES, gates } from '../lib/mapped.mjs';
import { ADMIN, startTessera } from '../lib/tessera.mjs';

test('results are taken over along a mapping', async (t) => {
  const { url } = await startTessera(t);
  const { api, folder, framework } = await prepare(url);
  const other = await loadLibrary(api, gates, 'Gates');
  await loadLibrary(api, DOORS_TO_GATES, 'Gates');
  const make = (name, of) => api.post('compliance-assessments/', { name, framework: of, folder });
  const [{ id: audit }, { id: source }] = [await make('Gates now', other), await make('Doors before', framework)];
  const rows = async (of) => (await api.get(`requirement-assessments/?compliance_assessment=${of}&limit=100`)).results;
  const { id: control } = await api.post('applied-controls/', { name: 'Hinges', folder });
  const [before] = (await rows(source)).filter((row) => row.name.startsWith('1.1'));
  const decided = { result: 'compliant', applied_controls: [control] };
  assert.equal((await api.request('PATCH', `requirement-assessments/${before.id}/`, decided)).status, 200);
  const page = await openBrowser(t, url);
  const main = page.getByRole('main');
  const dialog = page.getByRole('dialog');
  await signIn(page, ADMIN);

  await t.test('what would change is told: the requirement, its result before and after, what is linked, and from where', async () => {
    await page.goto(`/compliance-assessments/${audit}?tab=compare`);
    const box = main.getByRole('combobox', { name: /audit/i });
    await box.click();
    await box.fill('Doors');
    await page
      .getByRole('option', { name: /Doors before/ })
      .first()
      .click();
    await main.getByRole('button', { name: 'Show what would change' }).click();
    const line = dialog.getByRole('listitem');
    for (const words of ['1.1 Gate 1 of floor 1', 'Compliant', 'Controls +1', '1.1']) await line.getByText(words).first().waitFor();
    assert.equal(await line.count(), 1);
    await assertAccessible(page, 'what a mapping would change');
  });

  await t.test('nothing changes before it is said', async () => {
    assert.deepEqual(
      (await rows(audit)).filter((row) => row.assessable).map((row) => row.result),
      ['not_assessed', 'not_assessed'],
    );
    await dialog.getByRole('button', { name: /^Change/ }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.deepEqual(
      (await rows(audit)).filter((row) => row.assessable).map((row) => row.result),
      ['compliant', 'not_assessed'],
    );
  });
});

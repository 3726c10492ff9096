/** What leaves an audit for the desk: reports, and a workbook that comes back filled in. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { assertAccessible } from '../lib/accessible.mjs';
import { openBrowser, signIn } from '../lib/browser.mjs';
import { prepare, READER, REQUIREMENTS } from '../lib/doors.mjs';
import { unzip, zip } from '../lib/files.mjs';
import { ADMIN, startTessera } from '../lib/tessera.mjs';

test('an audit is handed out, and filled in from its workbook', async (t) => {
  const { url } = await startTessera(t);
  const { api, folder, framework } = await prepare(url);
  const { id } = await api.post('compliance-assessments/', { name: 'House', folder, framework });
  const rows = async () => (await api.get(`requirement-assessments/?compliance_assessment=${id}&limit=100`)).results;
  const first = (await rows()).find((row) => row.name.startsWith('1.1 '));
  const found = { result: 'compliant', observation: 'It shuts well.' };
  assert.equal((await api.request('PATCH', `requirement-assessments/${first.id}/`, found)).status, 200);
  const page = await openBrowser(t, url);
  const main = page.getByRole('main');
  const dialog = page.getByRole('dialog', { name: 'Fill in from a workbook' });
  const action = dialog.getByRole('button', { name: /^Change/ });
  await signIn(page, ADMIN);
  await page.goto(`/compliance-assessments/${id}`);
  await main.getByRole('tree').waitFor();

  const take = async (choose) => {
    await main.getByRole('button', { name: 'Export' }).click();
    const [file] = await Promise.all([page.waitForEvent('download'), choose(main).click()]);
    return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
  };
  const named = (name) => (place) => place.getByRole('button', { name, exact: true });
  const give = (bytes) =>
    dialog.getByLabel('Workbook').setInputFiles({ name: 'House.xlsx', mimeType: 'application/octet-stream', buffer: bytes });
  /** The workbook with other words in it. */
  const changed = (bytes, from, to) =>
    zip(
      Object.fromEntries(
        Object.entries(unzip(bytes)).map(([path, text]) => [path, path.endsWith('.xml') ? text.replaceAll(from, to) : text]),
      ),
    );

  await t.test('its report tells what was found', async () => {
    const { name, bytes } = await take(named('Report for Word'));
    assert.match(name, /\.docx$/);
    assert.match(unzip(bytes)['word/document.xml'], /It shuts well\./);
    for (const [what, magic] of [
      ['Report as PDF', '%PDF'],
      ['Statement of applicability as PDF', '%PDF'],
      ['Statement of applicability for Word', 'PK'],
      ['Action plan as PDF', '%PDF'],
    ])
      assert.equal((await take(named(what))).bytes.subarray(0, magic.length).toString(), magic, what);
    const archive = await take((place) => place.getByRole('link', { name: /^Archive/ }));
    assert.match(archive.name, /^House-.*\.zip$/);
  });

  let workbook;
  await t.test('its workbook says nothing new', async () => {
    ({ bytes: workbook } = await take(named('Excel, all requirements')));
    await main.getByRole('button', { name: 'Actions' }).click();
    await main.getByRole('button', { name: 'Fill in from Excel…' }).click();
    await give(workbook);
    await dialog.getByText('0 requirements change.').waitFor();
    assert.equal(await action.isDisabled(), true);
  });

  await t.test('what it would change is shown first, and done when told to', async () => {
    await give(changed(workbook, 'It shuts well.', 'It shuts, and locks.'));
    await dialog.getByText('1 requirement changes.').waitFor();
    await dialog.getByText(`${REQUIREMENTS - 1} stay as they are.`).waitFor();
    await dialog.getByText('It shuts, and locks.').waitFor();
    await assertAccessible(page, 'what a workbook would change');
    assert.equal((await rows()).find((row) => row.id === first.id).observation, 'It shuts well.');
    await action.click();
    await page.getByText('1 requirement was changed.').waitFor();
    assert.equal((await rows()).find((row) => row.id === first.id).observation, 'It shuts, and locks.');
  });

  await t.test('a workbook with a mistake says where, and changes nothing', async () => {
    await main.getByRole('button', { name: 'Actions' }).click();
    await main.getByRole('button', { name: 'Fill in from Excel…' }).click();
    await give(changed(workbook, '>compliant<', '>splendid<'));
    await dialog.getByText('The workbook has 1 mistake. Nothing was changed.').waitFor();
    await dialog.getByText(/^Row \d+, compliance_result: .*splendid/).waitFor();
    await give(Buffer.from('no workbook'));
    await dialog.getByRole('alert').waitFor();
    assert.equal(await action.isDisabled(), true);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    assert.equal((await rows()).find((row) => row.id === first.id).result, 'compliant');
  });

  await t.test('a reader takes reports away, and fills nothing in', async () => {
    const theirs = await openBrowser(t, url);
    await signIn(theirs, READER);
    await theirs.goto(`/compliance-assessments/${id}`);
    await theirs.getByRole('main').getByRole('button', { name: 'Export' }).click();
    await theirs.getByRole('button', { name: 'Report as PDF' }).waitFor();
    assert.equal(await theirs.getByRole('button', { name: 'Actions' }).count(), 0);
  });
});

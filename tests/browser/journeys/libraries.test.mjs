/** The shelf of libraries: a file is added, read, refused a second time, updated, unloaded and loaded again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api } from '../lib/api.mjs';
import { drop, openBrowser, signIn } from '../lib/browser.mjs';
import { ADMIN, startTessera } from '../lib/tessera.mjs';

/** A small framework of our own. */
const library = (version) =>
  [
    `urn: urn:journey:risk:library:gates\nlocale: en\nref_id: GATES\nname: Gates\ndescription: made up`,
    `copyright: none\nversion: ${version}\npublication_date: 2026-01-01\nprovider: Somebody\npackager: journey\nobjects:`,
    '  framework:\n    urn: urn:journey:risk:framework:gates\n    ref_id: GATES\n    name: Gates',
    '    requirement_nodes:',
    '    - {urn: "urn:journey:risk:req_node:gates:1", ref_id: "1", name: "Outside", assessable: false}',
    '    - {urn: "urn:journey:risk:req_node:gates:1.1", parent_urn: "urn:journey:risk:req_node:gates:1", ' +
      'ref_id: "1.1", name: "The gate shuts", assessable: true}',
  ].join('\n');

const file = (name, text) => ({ name, mimeType: 'application/yaml', buffer: Buffer.from(text) });

test('a library comes, is renewed and goes', async (t) => {
  const { url } = await startTessera(t);
  const api = await Api.signIn(url, ADMIN);
  const page = await openBrowser(t, url);
  const main = page.getByRole('main');
  const row = main.getByRole('row', { name: /Gates/ });
  await signIn(page, ADMIN);
  await page.goto('/stored-libraries');

  await t.test('our own are there from the start', async () => {
    await main.getByRole('link', { name: 'Tessera starter' }).waitFor();
  });

  await t.test('a file is added, and another is refused in words', async () => {
    const files = [file('gates.yaml', library(1)), file('broken.yaml', 'just a text')];
    await main.getByLabel('Add library').first().setInputFiles(files);
    await row.getByText('Loaded', { exact: true }).waitFor();
    await main.getByText(/broken\.yaml.*This is no library file/).waitFor();
    await main.getByLabel('Add library').first().setInputFiles([file('gates.yaml', library(1))]);
    await main.getByText(/This version is on the shelf already/).waitFor();
  });

  await t.test('a file that is dropped on the list is taken too, and one of another kind is refused in words', async () => {
    await drop(main.getByRole('table'), 'gates.txt', library(1));
    await main.getByText(/gates\.txt.*Libraries are YAML files/).waitFor();
    await drop(main.getByRole('table'), 'dropped.yaml', 'just a text');
    await main.getByText(/dropped\.yaml.*This is no library file/).waitFor();
  });

  await t.test('its requirements are read as a tree, with the keyboard', async () => {
    await row.getByRole('link', { name: 'Gates' }).click();
    const tree = main.getByRole('tree', { name: 'Requirements' });
    await tree.getByRole('treeitem', { name: /The gate shuts/ }).waitFor();
    await tree.getByRole('treeitem').first().focus();
    await page.keyboard.press('ArrowLeft');
    await tree.getByRole('treeitem', { name: /The gate shuts/ }).waitFor({ state: 'detached' });
    await page.keyboard.press('ArrowRight');
    await tree.getByRole('treeitem', { name: /The gate shuts/ }).waitFor();
  });

  await t.test('a newer version waits until it is taken', async () => {
    await page.goto('/stored-libraries');
    await main.getByLabel('Add library').first().setInputFiles([file('gates.yaml', library(2))]);
    await row.getByText('Update available').waitFor();
    await row.getByRole('button', { name: 'Update' }).click();
    await row.getByText('Loaded', { exact: true }).waitFor();
  });

  await t.test('while an audit stands on it, it stays; then it goes and comes back', async () => {
    const frameworks = await api.get('frameworks/?search=Gates');
    const folder = await api.post('folders/', { name: 'Ours' });
    const body = { name: 'Spring', framework: frameworks.results[0].id, folder: folder.id };
    const audit = await api.post('compliance-assessments/', body);
    await row.getByRole('link', { name: 'Gates' }).click();
    await main.getByRole('button', { name: 'Unload' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Unload' }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();

    const { status } = await api.request('DELETE', `compliance-assessments/${audit.id}/`);
    assert.equal(status, 204);
    await main.getByRole('button', { name: 'Unload' }).click();
    await dialog.getByRole('button', { name: 'Unload' }).click();
    await main.getByText('Not loaded').waitFor();
    assert.equal((await api.get('frameworks/?search=Gates')).count, 0);
    await main.getByRole('button', { name: 'Load', exact: true }).click();
    await main.getByText('Loaded', { exact: true }).waitFor();
  });
});

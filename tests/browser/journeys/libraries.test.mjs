/**
 * The shelf of libraries: a file is added, read, refused a second time, updated, unloaded and loaded again; many at once show how
 * far they are, what became of each, and can be stopped and tried again.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../lib/accessible.mjs';
import { Api } from '../lib/api.mjs';
import { drop, dropAll, openBrowser, signIn } from '../lib/browser.mjs';
import { zip } from '../lib/files.mjs';
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

test('many libraries come at once', async (t) => {
  const { url } = await startTessera(t);
  const api = await Api.signIn(url, ADMIN);
  const page = await openBrowser(t, url);
  const main = page.getByRole('main');
  const adding = main.getByRole('region', { name: 'Files being added' });
  const bar = adding.getByRole('progressbar', { name: 'Files being added' });
  const line = (name) => adding.getByRole('listitem').filter({ hasText: name });
  const named = (name) => library(1).replaceAll('gates', name).replaceAll('GATES', name).replaceAll('Gates', `The ${name}`);
  const state = (name) => main.getByRole('row', { name: new RegExp(`The ${name}`) });
  const way = await between(page, '**/api/stored-libraries/**');
  await signIn(page, ADMIN);
  await page.goto('/stored-libraries');
  await main.getByRole('table').waitFor();

  await t.test('each has its number, the rest is cancelled, and is tried again', async () => {
    const letGo = way.hold('/upload/', 2);
    await dropAll(main.getByRole('table'), {
      'ann.yaml': named('ann'),
      'bob.yaml': named('bob'),
      'cid.yaml': named('cid'),
      'dan.yaml': named('dan'),
    });
    await adding.getByText('Adding bob.yaml (2 of 4)…').waitFor();
    assert.equal(await bar.getAttribute('aria-valuenow'), '25');
    await line('ann.yaml').getByText('The ann was added and loaded.').waitFor();
    await assertAccessible(page, 'files on their way');
    await adding.getByRole('button', { name: 'Cancel the rest' }).click();
    // The second had not left yet, so it is called back.
    await adding.getByText('One of 4 was done.').waitFor();
    letGo();
    for (const name of ['bob.yaml', 'cid.yaml', 'dan.yaml']) await line(name).getByText('Not done; you stopped it.').waitFor();
    assert.equal((await api.get('stored-libraries/?provider=Somebody')).count, 1);
    await adding.getByRole('button', { name: 'Try 3 again' }).click();
    await adding.getByText('4 of 4 were done.').waitFor();
    assert.equal((await api.get('stored-libraries/?provider=Somebody')).count, 4);
    await adding.getByRole('button', { name: 'Dismiss' }).click();
    await adding.waitFor({ state: 'detached' });
  });

  await t.test('one that fails does not hold the others, says why, and is tried again by itself', async () => {
    way.once('/upload/', (route) => route.abort());
    await dropAll(main.getByRole('table'), { 'eve.yaml': named('eve'), 'bad.yaml': 'just a text', 'fay.yaml': named('fay') });
    await adding.getByText('One of 3 was done.').waitFor();
    await line('eve.yaml').getByRole('alert').waitFor();
    await line('bad.yaml').getByText(/This is no library file/).waitFor();
    await state('fay').getByText('Loaded', { exact: true }).waitFor();
    await assertAccessible(page, 'files that failed');
    await adding.getByRole('button', { name: 'Try again: eve.yaml' }).click();
    await line('eve.yaml').getByText('The eve was added and loaded.').waitFor();
    await adding.getByText('2 of 3 were done.').waitFor();
    await state('eve').getByText('Loaded', { exact: true }).waitFor();
  });

  await t.test('a large one shows how much of it has left, and is called back while it leaves', async () => {
    const network = await page.context().newCDPSession(page);
    const speed = (uploadThroughput) =>
      network.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput });
    await network.send('Network.enable');
    await speed(400_000);
    const large = file('gus.yaml', `${named('gus')}\n#${'x'.repeat(3_000_000)}`);
    await main.getByLabel('Add library').first().setInputFiles([large]);
    await adding.getByText(/^Adding gus\.yaml \(1 of 1\)… [1-9]\d? % sent$/).waitFor();
    const now = Number(await bar.getAttribute('aria-valuenow'));
    assert.ok(now > 0 && now < 100, `${now}`);
    await adding.getByRole('button', { name: 'Cancel', exact: true }).click();
    await line('gus.yaml').getByText('Not done; you stopped it.').waitFor();
    await speed(-1);
    assert.equal((await api.get('stored-libraries/?search=gus')).count, 0);
    await adding.getByRole('button', { name: 'Try again: gus.yaml' }).click();
    await state('gus').getByText('Loaded', { exact: true }).waitFor();
  });

  await t.test('several are loaded at once; one that is refused stays chosen, with the reason', async () => {
    const { results } = await api.get('stored-libraries/?provider=Somebody');
    assert.equal(results.length, 7);
    for (const { id } of results) await api.post(`stored-libraries/${id}/unload/`);
    await page.goto('/stored-libraries?provider=Somebody');
    await state('ann').getByText('Not loaded').waitFor();
    await main.getByRole('checkbox', { name: 'Choose all rows of this page' }).check();
    const bulk = main.getByRole('region', { name: 'Actions on the chosen rows' });
    const loading = main.getByRole('region', { name: 'Libraries being loaded' });
    const { id } = results.find((one) => one.name === 'The bob');
    way.once(`/${id}/import/`, (route) => route.fulfill({ status: 500, body: '' }));
    await bulk.getByRole('button', { name: 'Load 7' }).click();
    await loading.getByText('6 of 7 were done.').waitFor();
    await page.getByText('6 libraries were loaded.').waitFor();
    await loading.getByRole('listitem').filter({ hasText: 'The bob' }).getByRole('alert').waitFor();
    await bulk.getByText('1 chosen').waitFor();
    await state('ann').getByText('Loaded', { exact: true }).waitFor();
    await assertAccessible(page, 'libraries loaded at once');
    await bulk.getByRole('button', { name: 'Load one' }).click();
    await state('bob').getByText('Loaded', { exact: true }).waitFor();
    await bulk.waitFor({ state: 'detached' });
    assert.equal((await api.get('stored-libraries/?provider=Somebody&is_loaded=true')).count, 7);
  });

  await t.test('newer versions of several are taken at once', async () => {
    const newer = Object.fromEntries(
      ['ann', 'bob'].map((name) => [`${name}.yaml`, named(name).replace('version: 1', 'version: 2')]),
    );
    await dropAll(main.getByRole('table'), newer);
    await adding.getByText('2 of 2 were done.').waitFor();
    await line('ann.yaml').getByText(/newer version on the shelf/).waitFor();
    for (const name of ['ann', 'bob', 'cid'])
      await main.getByRole('checkbox', { name: new RegExp(`The ${name}`) }).check();
    const bulk = main.getByRole('region', { name: 'Actions on the chosen rows' });
    await bulk.getByRole('button', { name: 'Update 2' }).click();
    await page.getByText('2 libraries were updated.').waitFor();
    for (const name of ['ann', 'bob']) await state(name).getByText('Loaded', { exact: true }).waitFor();
    await bulk.getByText('All of these are loaded and up to date.').waitFor();
  });

  await t.test('an archive is what is in it', async () => {
    const archive = zip({
      'shelf/hal.yaml': named('hal'),
      'shelf/ida.yml': named('ida'),
      'shelf/README.txt': 'Two of them.',
      '__MACOSX/shelf/._hal.yaml': 'nothing',
    });
    const send = (name, buffer) => ({ name, mimeType: 'application/zip', buffer });
    await main
      .getByLabel('Add library')
      .first()
      .setInputFiles([send('two.zip', archive), send('none.zip', zip({ 'a.txt': 'a' })), send('bad.zip', Buffer.from('PK'))]);
    await adding.getByText('2 of 4 were done.').waitFor();
    for (const [name, said] of [
      ['hal.yaml', 'The hal was added and loaded.'],
      ['ida.yml', 'The ida was added and loaded.'],
      ['none.zip', 'There is no library file in this archive.'],
      ['bad.zip', 'This archive cannot be read.'],
    ])
      await line(name).getByText(said).waitFor();
    assert.equal((await api.get('stored-libraries/?provider=Somebody&is_loaded=true')).count, 9);
  });
});

/**
 * Stands between the page and an address for the whole journey, and lets through what nobody asked to be treated otherwise.
 * Coming and going of such a watch while requests are on their way may leave one of them hanging.
 */
async function between(page, address) {
  const rules = [];
  await page.route(address, async (route) => {
    const at = rules.findIndex((rule) => route.request().url().endsWith(rule.end) && --rule.left === 0);
    if (at < 0) return route.continue();
    const [{ act }] = rules.splice(at, 1);
    await act(route);
  });
  const nth = (end, left, act) => void rules.push({ end, left, act });
  return {
    /** The next request whose address ends so. */
    once: (end, act) => nth(end, 1, act),
    /** The request of this number waits until it is let go. */
    hold: (end, number) => {
      let letGo;
      const held = new Promise((resolve) => (letGo = resolve));
      nth(end, number, async (route) => {
        await held;
        // Who waited for it may have called it back.
        await route.continue().catch(() => undefined);
      });
      return letGo;
    },
  };
}

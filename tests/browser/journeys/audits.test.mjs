/** An audit from its creation to its charts: decided beside the tree, worked through with the keyboard, proved, compared. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drop, openBrowser, pick, signIn } from '../lib/browser.mjs';
import { prepare, READER, REQUIREMENTS } from '../lib/doors.mjs';
import { ADMIN, startTessera } from '../lib/tessera.mjs';

test('an audit is made, decided, proved and compared', async (t) => {
  const { url } = await startTessera(t);
  const { api, folder, framework } = await prepare(url);
  const page = await openBrowser(t, url);
  const main = page.getByRole('main');
  const tree = main.getByRole('tree', { name: 'Requirements' });
  const panel = main.getByRole('complementary', { name: 'Requirement' });
  const proof = panel.getByRole('region', { name: 'Evidence' }).getByRole('heading');
  let audit;
  const rows = async () => (await api.get(`requirement-assessments/?compliance_assessment=${audit}&limit=100`)).results;
  const row = async (name) => (await rows()).find((one) => one.name === name);

  await t.test('it is created in the browser', async () => {
    await signIn(page, ADMIN);
    await page.goto('/compliance-assessments/new');
    await main.getByLabel('Name').first().fill('Spring audit');
    await pick(main.getByRole('combobox', { name: /Framework/ }), 'Doors');
    await pick(main.getByRole('combobox', { name: /Domain/ }), 'Ours');
    await main.getByRole('button', { name: 'Create' }).click();
    await main.getByRole('heading', { level: 1, name: 'Spring audit' }).waitFor();
    audit = new URL(page.url()).pathname.split('/').at(-1);
    await tree.getByRole('treeitem', { name: /Door 6 of floor 2/ }).waitFor();
    assert.equal((await rows()).filter((one) => one.assessable).length, REQUIREMENTS);
  });

  await t.test('a requirement is decided beside the tree, and what is typed saves itself', async () => {
    await tree.getByRole('treeitem', { name: /Door 1 of floor 1/ }).click();
    await panel.getByRole('radio', { name: 'Compliant', exact: true }).check();
    await panel.getByLabel('Observation').fill('It shuts well.');
    await panel.getByText('Saved', { exact: true }).waitFor();
    const decided = await row('1.1 - Door 1 of floor 1');
    assert.deepEqual([decided.result, decided.observation], ['compliant', 'It shuts well.']);
    await tree
      .getByRole('treeitem', { name: /Floor 1/ })
      .first()
      .getByText('1/6')
      .waitFor();
  });

  await t.test('its address opens it again', async () => {
    await page.reload();
    await panel.getByRole('heading', { name: /Door 1 of floor 1/ }).waitFor();
    assert.equal(await panel.getByLabel('Observation').inputValue(), 'It shuts well.');
  });

  await t.test('nothing typed is lost while the server cannot be reached', async () => {
    await page.context().setOffline(true);
    await panel.getByLabel('Observation').fill('It shuts well, and locks.');
    await panel.getByText(/^Not saved/).waitFor();
    assert.equal(await panel.getByLabel('Observation').inputValue(), 'It shuts well, and locks.');
    await page.context().setOffline(false);
    await panel.getByText('Saved', { exact: true }).waitFor();
    assert.equal((await row('1.1 - Door 1 of floor 1')).observation, 'It shuts well, and locks.');
  });

  await t.test('files are dropped in as evidence, or chosen', async () => {
    await drop(proof, 'door.txt', 'a picture of the door');
    await panel.getByRole('link', { name: /door\.txt/ }).waitFor();
    const key = { name: 'key.txt', mimeType: 'text/plain', buffer: Buffer.from('a picture of the key') };
    await panel.locator('input[type=file]').setInputFiles(key);
    await panel.getByRole('link', { name: /key\.txt/ }).waitFor();
    assert.equal((await row('1.1 - Door 1 of floor 1')).evidences.length, 2);
  });

  await t.test('a file that is refused leaves nothing behind', async () => {
    await drop(proof, 'nothing.txt', '');
    await panel.getByText(/^nothing\.txt: .*empty/).waitFor();
    assert.equal((await row('1.1 - Door 1 of floor 1')).evidences.length, 2);
    assert.equal((await api.get('evidences/?search=nothing')).count, 0);
  });

  await t.test('another file of that name proves another requirement', async () => {
    await panel.getByRole('link', { name: 'Next' }).click();
    await panel.getByRole('heading', { name: /Door 2 of floor 1/ }).waitFor();
    await panel.getByText('Nothing proves this yet.').waitFor();
    const door = { name: 'door.txt', mimeType: 'text/plain', buffer: Buffer.from('a picture of another door') };
    await panel.locator('input[type=file]').setInputFiles(door);
    await panel.getByRole('link', { name: 'door.txt (1.2)' }).waitFor();
    await panel.getByRole('link', { name: 'Previous' }).click();
    await panel.getByRole('link', { name: 'door.txt', exact: true }).waitFor();
  });

  await t.test('a file on its way proves what it was dropped on, not what one has moved on to', async () => {
    let letGo;
    const held = new Promise((resolve) => (letGo = resolve));
    await page.route('**/api/evidences/*/upload/', async (route) => {
      await held;
      await route.continue();
    });
    await drop(proof, 'slow.txt', 'a long film of the door');
    await panel.getByText('1 of 1: slow.txt').waitFor();
    await panel.getByRole('link', { name: 'Next' }).click();
    await panel.getByRole('heading', { name: /Door 2 of floor 1/ }).waitFor();
    await panel.getByRole('link', { name: 'door.txt (1.2)' }).waitFor();
    const linked = page.waitForResponse((answer) => answer.request().method() === 'PATCH');
    letGo();
    await linked;
    await page.unrouteAll();
    assert.equal((await row('1.1 - Door 1 of floor 1')).evidences.length, 3);
    assert.equal((await row('1.2 - Door 2 of floor 1')).evidences.length, 1);
    await panel.getByRole('link', { name: 'Previous' }).click();
    await panel.getByRole('link', { name: 'slow.txt', exact: true }).waitFor();
  });

  await t.test('a control is made and linked', async () => {
    await panel.getByLabel('Name of a new control').fill('Locks on every door');
    await panel.getByRole('button', { name: 'Create' }).click();
    await panel.getByRole('link', { name: /Locks on every door/ }).waitFor();
    await page.goto(`/compliance-assessments/${audit}?tab=plan`);
    await main.getByRole('link', { name: 'Locks on every door' }).waitFor();
  });

  await t.test('the keyboard works through the rest of a floor and on', async () => {
    await page.goto(`/compliance-assessments/${audit}`);
    await main.getByRole('link', { name: 'Work through' }).click();
    for (const [n, key] of [
      [2, '1'],
      [3, '2'],
      [4, '3'],
      [5, '4'],
      [6, '1'],
    ]) {
      await main.getByRole('heading', { level: 1, name: new RegExp(`Door ${n} of floor 1`) }).waitFor();
      await main.getByLabel('Observation').waitFor();
      await page.keyboard.press(key);
      await main.getByText('Saved', { exact: true }).waitFor();
      await page.keyboard.press('ArrowRight');
    }
    await main.getByRole('heading', { level: 1, name: /Door 1 of floor 2/ }).waitFor();
    await main.getByLabel('Observation').waitFor();
    await page.keyboard.press('n');
    await page.keyboard.type('1 of these, not a result');
    await main.getByText('Saved', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await tree.waitFor();
    const results = (await rows()).filter((one) => one.assessable).map((one) => one.result);
    assert.deepEqual(results.slice(0, 7), [
      'compliant',
      'compliant',
      'partially_compliant',
      'non_compliant',
      'not_applicable',
      'compliant',
      'not_assessed',
    ]);
  });

  await t.test('a whole floor is set at once, and undone', async () => {
    await page.goto(`/compliance-assessments/${audit}?search=2.`);
    await main.getByText('6 of 12', { exact: true }).waitFor();
    await tree.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Space');
    await main.getByRole('region', { name: 'Actions on the chosen rows' }).getByText('6 chosen').waitFor();
    await main.getByLabel('Set the result…').selectOption('non_compliant');
    await page.getByText('6 requirements were changed.').waitFor();
    assert.equal((await rows()).filter((one) => one.result === 'non_compliant').length, 7);
    await page.getByRole('button', { name: 'Undo' }).click();
    await tree.getByText('0/6').waitFor();
  });

  await t.test('the charts say the same', async () => {
    await main.getByRole('tab', { name: 'Charts' }).click();
    await main.getByRole('img', { name: /^Results: Compliant 3, Partially compliant 1, Non-compliant 1/ }).waitFor();
    await main.getByRole('img', { name: /^1 Floor 1: / }).waitFor();
  });

  await t.test('the list has its progress', async () => {
    const { progress } = await api.get(`compliance-assessments/${audit}/`);
    await page.goto('/compliance-assessments');
    await main.getByRole('progressbar', { name: 'Progress' }).waitFor();
    assert.equal(await main.getByRole('progressbar').getAttribute('aria-valuenow'), String(progress));
  });

  await t.test('another audit is compared with it', async () => {
    const other = await api.post('compliance-assessments/', { name: 'Autumn audit', framework, folder });
    await page.goto(`/compliance-assessments/${audit}?tab=compare&with=${other.id}`);
    await main.getByRole('heading', { name: '6 requirements differ' }).waitFor();
  });

  await t.test('a reader sees it without anything to change', async () => {
    await page.context().clearCookies();
    await signIn(page, READER);
    await page.goto(`/compliance-assessments/${audit}`);
    await tree.getByRole('treeitem', { name: /Door 1 of floor 1/ }).click();
    // The history says it too, once it is there.
    await panel.getByText('It shuts well, and locks.').first().waitFor();
    await panel.getByText('It shuts.', { exact: true }).waitFor();
    assert.equal(await main.getByRole('alert').count(), 0);
    assert.equal(await main.getByRole('radio').count(), 0);
    assert.equal(await main.getByRole('textbox').count(), 0, 'only the search, which is a searchbox');
    for (const name of ['Edit', 'Delete', 'Work through', 'Create', 'Add files'])
      assert.equal(await main.getByRole('button', { name }).or(main.getByRole('link', { name })).count(), 0, name);
  });
});

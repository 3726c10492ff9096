/** Two people in one place at the same time: nobody's words are written over, and nothing typed is lost. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../lib/accessible.mjs';
import { Api } from '../lib/api.mjs';
import { openBrowser, signIn } from '../lib/browser.mjs';
import { prepare } from '../lib/doors.mjs';
import { makePerson } from '../lib/people.mjs';
import { ADMIN, startTessera } from '../lib/tessera.mjs';

const BOB = { email: 'bob@example.org', password: 'nine mosaics in a row' };

test('two people work in one audit', async (t) => {
  const { url } = await startTessera(t);
  const { api, folder, framework } = await prepare(url);
  await makePerson(await Api.signIn(url, ADMIN), BOB, 'Ours', 'Analyst');
  const { id: audit } = await api.post('compliance-assessments/', { name: 'Spring audit', framework, folder });
  const rows = async () => (await api.get(`requirement-assessments/?compliance_assessment=${audit}&limit=100`)).results;
  const row = async (name) => (await rows()).find((one) => one.name === name);
  const ann = see(await openBrowser(t, url));
  const bob = see(await openBrowser(t, url));
  await signIn(ann.page, ADMIN);
  await signIn(bob.page, BOB);
  /** Both have it before them, as it is now. */
  const open = async (name, { work = false } = {}) => {
    const { id } = await row(name);
    for (const one of [ann, bob]) {
      await one.page.goto(`/compliance-assessments/${audit}${work ? '/work' : ''}?requirement=${id}`);
      await one.observation.waitFor();
    }
    return id;
  };
  const first = '1.1 - Door 1 of floor 1';
  const written = async (name = first) => (await row(name)).observation;

  await t.test('what one wrote stands beside what the other typed, and is not written over', async () => {
    await open(first);
    await ann.write('It shuts.');
    await bob.observation.fill('It does not shut.');
    await bob.clash.getByText('It shuts.', { exact: true }).waitFor();
    await bob.clash.getByText('It does not shut.', { exact: true }).waitFor();
    assert.equal(await bob.observation.inputValue(), 'It does not shut.');
    await assertAccessible(bob.page, 'two versions of an observation');
    await bob.observation.fill('It does not shut at all.');
    await bob.clash.getByText('It does not shut at all.', { exact: true }).waitFor();
    await bob.page.waitForLoadState('networkidle');
    assert.equal(await written(), 'It shuts.');
  });

  await t.test('who moves on finds it again', async () => {
    await bob.panel.getByRole('link', { name: 'Next' }).click();
    await bob.panel.getByRole('heading', { name: /Door 2 of floor 1/ }).waitFor();
    await bob.main
      .getByRole('alert')
      .getByRole('link', { name: /Door 1 of floor 1/ })
      .click();
    await bob.clash.getByText('It does not shut at all.', { exact: true }).waitFor();
    assert.equal(await bob.observation.inputValue(), 'It does not shut at all.');
  });

  await t.test('one’s own is kept when that is chosen', async () => {
    await bob.main.getByRole('button', { name: 'Keep mine' }).click();
    await bob.saved();
    assert.equal(await written(), 'It does not shut at all.');
    assert.equal(await bob.clash.count(), 0);
  });

  await t.test('the other’s is taken when that is chosen, and one’s own comes back with an undo', async () => {
    await ann.observation.fill('It shuts, I looked twice.');
    await ann.main.getByRole('button', { name: 'Take theirs' }).click();
    await ann.page.getByText('What they wrote stays.').waitFor();
    assert.equal(await ann.observation.inputValue(), 'It does not shut at all.');
    assert.equal(await written(), 'It does not shut at all.');
    await ann.page.getByRole('button', { name: 'Undo' }).click();
    await ann.saved();
    assert.equal(await ann.observation.inputValue(), 'It shuts, I looked twice.');
    assert.equal(await written(), 'It shuts, I looked twice.');
  });

  await t.test('what does not meet goes together', async () => {
    const name = '1.2 - Door 2 of floor 1';
    await open(name);
    await ann.write('It squeaks.');
    await bob.panel.getByRole('radio', { name: 'Partially compliant' }).check();
    await bob.panel.getByText('Saved, together with what somebody else changed meanwhile').waitFor();
    assert.equal(await bob.observation.inputValue(), 'It squeaks.');
    const { result, observation } = await row(name);
    assert.deepEqual([result, observation], ['partially_compliant', 'It squeaks.']);
  });

  await t.test('two results are a matter to decide', async () => {
    await ann.panel.getByRole('radio', { name: 'Compliant', exact: true }).check();
    await ann.panel.getByRole('region', { name: 'Result' }).getByText('Partially compliant').waitFor();
    await ann.main.getByRole('button', { name: 'Take theirs' }).click();
    await ann.panel.getByRole('radio', { name: 'Partially compliant', checked: true }).waitFor();
  });

  await t.test('the keyboard stays quick: a digit is one request, which names what it was decided on', async () => {
    const id = await open('1.3 - Door 3 of floor 1', { work: true });
    const asked = [];
    ann.page.on('request', (one) => {
      if (one.url().includes(`requirement-assessments/${id}/`)) asked.push([one.method(), !!one.headers()['if-match']]);
    });
    for (const key of ['1', '3', '2']) {
      const answer = ann.page.waitForResponse((one) => one.request().method() === 'PATCH');
      await ann.page.keyboard.press(key);
      assert.equal((await answer).status(), 200);
      await ann.saved();
    }
    assert.deepEqual(asked, [
      ['PATCH', true],
      ['PATCH', true],
      ['PATCH', true],
    ]);
    await bob.page.keyboard.press('1');
    await bob.main.getByRole('region', { name: 'Result' }).getByText('Partially compliant').waitFor();
    await bob.main.getByRole('button', { name: 'Keep mine' }).click();
    await bob.saved();
    assert.equal((await row('1.3 - Door 3 of floor 1')).result, 'compliant');
  });

  await t.test('a bulk change is not a change of somebody else; its undo leaves alone what was changed since', async () => {
    const name = '2.1 - Door 1 of floor 2';
    const { id } = await row(name);
    await ann.page.goto(`/compliance-assessments/${audit}?search=2.&requirement=${id}`);
    await ann.observation.waitFor();
    const tree = ann.main.getByRole('tree', { name: 'Requirements' });
    await tree.focus();
    await ann.page.keyboard.press('Home');
    await ann.page.keyboard.press('Space');
    await ann.main.getByLabel('Set the result…').selectOption('non_compliant');
    await ann.page.getByText('6 requirements were changed.').waitFor();
    await ann.panel.getByRole('radio', { name: 'Compliant', exact: true }).check();
    await ann.saved();
    assert.equal(await ann.clash.count(), 0);
    await ann.page.getByRole('button', { name: 'Undo' }).click();
    await ann.main.getByRole('alert').getByText('Not undone: it has been changed again since.').waitFor();
    assert.equal((await row(name)).result, 'compliant');
    assert.equal((await row('2.2 - Door 2 of floor 2')).result, 'not_assessed');
  });
});

test('two people edit one control', async (t) => {
  const { url } = await startTessera(t);
  const { api, folder } = await prepare(url);
  const { id } = await api.post('applied-controls/', { name: 'Locks', folder });
  const ann = see(await openBrowser(t, url));
  const bob = see(await openBrowser(t, url));
  const now = () => api.get(`applied-controls/${id}/`);
  for (const one of [ann, bob]) await signIn(one.page, ADMIN);
  const edit = async (one) => {
    await one.page.goto(`/applied-controls/${id}/edit`);
    await one.main.getByLabel('Description').waitFor();
  };
  const save = async (one, said) => {
    await one.main.getByRole('button', { name: 'Save' }).click();
    await one.page.getByText(said).waitFor();
  };

  await t.test('what does not meet goes together', async () => {
    for (const one of [ann, bob]) await edit(one);
    await ann.main.getByLabel('Description').fill('On every door.');
    await save(ann, '“Locks” was saved.');
    await bob.main.getByLabel('Name').first().fill('Good locks');
    await save(bob, /was saved, together with/);
    const { name, description } = await now();
    assert.deepEqual([name, description], ['Good locks', 'On every door.']);
  });

  await t.test('what meets is shown, and what was typed stays', async () => {
    for (const one of [ann, bob]) await edit(one);
    await ann.main.getByLabel('Description').fill('On every second door.');
    await ann.main.getByLabel('Status').selectOption('active');
    await save(ann, '“Good locks” was saved.');
    await bob.main.getByLabel('Description').fill('On every door and window.');
    await bob.main.getByRole('button', { name: 'Save' }).click();
    const dialog = bob.page.getByRole('dialog');
    const place = dialog.getByRole('region', { name: 'Description' });
    await place.getByText('On every second door.').waitFor();
    await place.getByText('On every door and window.').waitFor();
    await assertAccessible(bob.page, 'two versions of a control');
    assert.equal(await dialog.getByRole('region').count(), 1, 'the status was changed by one of them only');
    await dialog.getByRole('button', { name: 'Take theirs' }).click();
    assert.equal(await bob.main.getByLabel('Description').inputValue(), 'On every second door.');
    await bob.page.getByRole('button', { name: 'Undo' }).click();
    assert.equal(await bob.main.getByLabel('Description').inputValue(), 'On every door and window.');
    await save(bob, /was saved, together with/);
    const { description, status } = await now();
    assert.deepEqual([description, status], ['On every door and window.', 'active']);
  });

  await t.test('an undo does not write over what came after', async () => {
    await edit(bob);
    await bob.main.getByLabel('Description').fill('Nowhere.');
    await save(bob, '“Good locks” was saved.');
    await api.request('PATCH', `applied-controls/${id}/`, { description: 'Everywhere.' });
    await bob.page.getByRole('button', { name: 'Undo' }).click();
    await bob.page.getByText('Not undone: it has been changed again since.').waitFor();
    assert.equal((await now()).description, 'Everywhere.');
  });
});

/** What a person has before them. */
function see(page) {
  const main = page.getByRole('main');
  const panel = main.getByRole('complementary', { name: 'Requirement' });
  const observation = main.getByLabel('Observation', { exact: false }).and(main.getByRole('textbox'));
  const saved = () => main.getByText('Saved', { exact: true }).waitFor();
  const write = async (text) => {
    await observation.fill(text);
    await saved();
  };
  return { page, main, panel, observation, saved, write, clash: main.getByRole('region', { name: 'Observation' }) };
}

/** Two people in one place at the same time: nobody's words are written over, and nothing typed is lost. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../lib/accessible.mjs';
import { Api } from '../lib/api.mjs';
import { openBrowser, signIn } from '../lib/browser.mjs';
import { prepare } from '../lib/doors.mjs';
import { makePerson } from '../lib/people.mjs';
import { ADMIN, startTessera } from '../lib/tessera.mjs';

/** After this long without a key, what is typed is saved. */
const PAUSE = 700;
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
    const sent = [];
    bob.page.on('request', (one) => one.method() === 'PATCH' && sent.push(one.postDataJSON()));
    await bob.clash.getByText('It does not shut at all.', { exact: true }).waitFor();
    // What is typed is sent after a pause; that it is not can only be seen after one.
    await bob.page.waitForTimeout(PAUSE + 500);
    assert.deepEqual(sent, []);
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

  await t.test('a digit that comes before the requirement was read waits for it', async () => {
    const name = '1.4 - Door 4 of floor 1';
    const { id } = await row(name);
    const letGo = await holdReads(ann.page, id);
    await ann.page.goto(`/compliance-assessments/${audit}/work?requirement=${id}`);
    await ann.main.getByRole('heading', { level: 1, name: /Door 4 of floor 1/ }).waitFor();
    const written = ann.page.waitForRequest((one) => one.method() === 'PATCH');
    await ann.page.keyboard.press('2');
    await ann.page.keyboard.press('ArrowRight');
    await ann.main.getByRole('heading', { level: 1, name: /Door 5 of floor 1/ }).waitFor();
    assert.equal((await row(name)).result, 'not_assessed', 'it waits');
    letGo();
    const request = await written;
    assert.ok(request.url().includes(id));
    assert.ok(request.headers()['if-match']);
    assert.equal((await (await request.response()).status()), 200);
    assert.equal((await row(name)).result, 'partially_compliant');
  });

  await t.test('… and goes over nothing that was decided meanwhile', async () => {
    const name = '1.5 - Door 5 of floor 1';
    const { id } = await row(name);
    const letGo = await holdReads(ann.page, id);
    await ann.page.goto(`/compliance-assessments/${audit}/work?requirement=${id}`);
    await ann.main.getByRole('heading', { level: 1, name: /Door 5 of floor 1/ }).waitFor();
    await api.request('PATCH', `requirement-assessments/${id}/`, { result: 'non_compliant' });
    await ann.page.keyboard.press('1');
    letGo();
    await ann.main.getByRole('region', { name: 'Result' }).getByText('Non-compliant').waitFor();
    assert.equal((await row(name)).result, 'non_compliant');
    await ann.main.getByRole('button', { name: 'Keep mine' }).click();
    await ann.saved();
    assert.equal((await row(name)).result, 'compliant');
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

  await t.test('a bulk change tells what others decided since, and goes over it only when told to', async () => {
    const name = '2.3 - Door 3 of floor 2';
    await ann.page.goto(`/compliance-assessments/${audit}?search=2.`);
    await ann.main.getByText('6 of 12', { exact: true }).waitFor();
    const choose = async () => {
      const tree = ann.main.getByRole('tree', { name: 'Requirements' });
      await tree.focus();
      await ann.page.keyboard.press('Home');
      await ann.page.keyboard.press('Space');
      await ann.main.getByRole('region', { name: 'Actions on the chosen rows' }).getByText('6 chosen').waitFor();
      await ann.main.getByLabel('Set the result…').selectOption('not_applicable');
    };
    await api.request('PATCH', `requirement-assessments/${(await row(name)).id}/`, { result: 'non_compliant' });
    await choose();
    const dialog = ann.page.getByRole('dialog', { name: 'Somebody else has decided one of them since' });
    await dialog.getByRole('listitem').filter({ hasText: 'Door 3 of floor 2' }).getByText('Non-compliant').waitFor();
    await assertAccessible(ann.page, 'a bulk change over what others decided');
    assert.equal((await row('2.2 - Door 2 of floor 2')).result, 'not_assessed', 'nothing before it is answered');
    await dialog.getByRole('button', { name: 'Leave these out' }).click();
    await ann.page.getByText('5 requirements were changed.').waitFor();
    assert.equal((await row(name)).result, 'non_compliant');
    assert.equal((await row('2.2 - Door 2 of floor 2')).result, 'not_applicable');
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

test('two people move one card', async (t) => {
  const { url } = await startTessera(t);
  const { api, folder } = await prepare(url);
  const { id } = await api.post('applied-controls/', { name: 'Locks', folder, status: 'to_do' });
  const bare = await api.post('applied-controls/', { name: 'Fences', folder });
  const page = await openBrowser(t, url);
  const main = page.getByRole('main');
  const column = (name) => main.getByRole('region', { name: new RegExp(`^${name} \\d+$`) });
  const dialog = page.getByRole('dialog');
  const now = async (of = id) => api.get(`applied-controls/${of}/object/`);
  const elsewhere = async (changes) =>
    assert.equal((await api.request('PATCH', `applied-controls/${id}/`, changes)).status, 200);
  const move = async (name, to) => {
    const button = main.getByRole('button', { name: `Move ${name} to…` });
    // The menu stands beside its button and goes when that is scrolled away: the scrolling comes first.
    await button.scrollIntoViewIfNeeded();
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    await button.click();
    await page.getByRole('menu', { name: 'Move to' }).getByRole('menuitem', { name: to }).click();
  };
  await signIn(page, ADMIN);
  await page.goto('/applied-controls?view=board');
  await column('To do').getByRole('link', { name: 'Locks' }).waitFor();

  await t.test('a change of something else does not stand in the way, and stays', async () => {
    await elsewhere({ description: 'On every door.' });
    const written = page.waitForRequest((one) => one.method() === 'PATCH');
    await move('Locks', 'In progress');
    assert.ok((await written).headers()['if-match']);
    await page.getByText('Locks is now: In progress.').waitFor();
    const { status, description } = await now();
    assert.deepEqual([status, description], ['in_progress', 'On every door.']);
  });

  await t.test('one that was moved meanwhile is where it was put; who did is said, and moving it still is a decision', async () => {
    await elsewhere({ status: 'active' });
    await move('Locks', 'On hold');
    await dialog.getByText(`${ADMIN.email} changed “Locks” while you did.`).waitFor();
    const place = dialog.getByRole('region', { name: 'Status' });
    await place.getByText('On hold').waitFor();
    await place.getByText('Active').waitFor();
    await assertAccessible(page, 'two moves of a card');
    assert.equal((await now()).status, 'active');
    await dialog.getByRole('button', { name: 'Take theirs' }).click();
    await column('Active').getByRole('link', { name: 'Locks' }).waitFor();
    assert.equal((await now()).status, 'active');
    await elsewhere({ status: 'deprecated' });
    await move('Locks', 'On hold');
    await dialog.getByRole('button', { name: 'Keep mine' }).click();
    await column('On hold').getByRole('link', { name: 'Locks' }).waitFor();
    await page.getByText('Locks is now: On hold.').waitFor();
    assert.equal((await now()).status, 'on_hold');
  });

  await t.test('an undo does not move what was moved since', async () => {
    await elsewhere({ status: 'degraded' });
    await page.getByRole('button', { name: 'Undo' }).last().click();
    await page.getByText('Not undone: it has been changed again since.').waitFor();
    await column('Degraded').getByRole('link', { name: 'Locks' }).waitFor();
    assert.equal((await now()).status, 'degraded');
  });

  await t.test('one without a status is moved like any other', async () => {
    await column('Undefined').getByRole('link', { name: 'Fences' }).waitFor();
    await move('Fences', 'To do');
    await page.getByText('Fences is now: To do.').waitFor();
    assert.equal((await now(bare.id)).status, 'to_do');
  });
});

test('two people judge one evidence', async (t) => {
  const { url } = await startTessera(t);
  const { api, folder } = await prepare(url);
  const { id } = await api.post('evidences/', { name: 'Door', folder });
  const page = await openBrowser(t, url);
  const main = page.getByRole('main');
  const dialog = page.getByRole('dialog');
  const now = async () => api.get(`evidences/${id}/object/`);
  const elsewhere = async (changes) => assert.equal((await api.request('PATCH', `evidences/${id}/`, changes)).status, 200);
  await signIn(page, ADMIN);
  /** Does what saves, and waits until the page has read it again: what is changed elsewhere after that is news to the page. */
  const saved = async (act) => {
    const own = (one, method) => one.url().endsWith(`/api/evidences/${id}/`) && one.method() === method;
    const read = page
      .waitForResponse((one) => own(one.request(), 'PATCH') && one.ok())
      .then(() => page.waitForRequest((one) => own(one, 'GET')))
      .then((one) => one.response());
    await act();
    await read;
  };
  const keepMine = () => saved(() => dialog.getByRole('button', { name: 'Keep mine' }).click());
  await page.goto(`/evidences/${id}`);
  await main.getByLabel('Status').waitFor();

  await t.test('what was changed beside it stays, and the version that was seen is named', async () => {
    await elsewhere({ description: 'A picture.' });
    const written = page.waitForRequest((one) => one.method() === 'PATCH');
    await saved(() => main.getByLabel('Status').selectOption({ label: 'In review' }));
    assert.ok((await written).headers()['if-match']);
    await page.getByText('The evidence was saved.').waitFor();
    const { status, description } = await now();
    assert.deepEqual([status, description], ['in_review', 'A picture.']);
  });

  await t.test('another state that somebody gave it is shown beside one’s own', async () => {
    await elsewhere({ status: 'rejected' });
    await main.getByLabel('Status').selectOption({ label: 'Approved' });
    await dialog.getByText(`${ADMIN.email} changed “Door” while you did.`).waitFor();
    const place = dialog.getByRole('region', { name: 'Status' });
    await place.getByText('Approved').waitFor();
    await place.getByText('Rejected').waitFor();
    await assertAccessible(page, 'two states of an evidence');
    assert.equal((await now()).status, 'rejected');
    await dialog.getByRole('button', { name: 'Take theirs' }).click();
    await main.locator('select').and(main.getByLabel('Status')).locator('option:checked', { hasText: 'Rejected' }).waitFor({ state: 'attached' });
    await elsewhere({ status: 'missing' });
    await main.getByLabel('Status').selectOption({ label: 'Approved' });
    await keepMine();
    assert.equal((await now()).status, 'approved');
  });

  await t.test('so is another last day', async () => {
    await elsewhere({ expiry_date: '2091-01-01' });
    await main.getByLabel('Expires on').fill('2090-05-01');
    await dialog.getByRole('region', { name: 'Expires on' }).getByText('1 January 2091').waitFor();
    await keepMine();
    assert.equal((await now()).expiry_date, '2090-05-01');
  });
});

/** Holds what is read of one requirement, until it is let go. */
async function holdReads(page, id) {
  let letGo;
  const opened = new Promise((resolve) => (letGo = resolve));
  const address = `**/api/requirement-assessments/${id}/`;
  await page.route(address, async (route) => {
    if (route.request().method() === 'GET') await opened;
    await route.continue();
  });
  return letGo;
}

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

/** An audit from its creation to its charts: decided beside the tree, worked through with the keyboard, proved, compared. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api } from '../lib/api.mjs';
import { drop, openBrowser, signIn } from '../lib/browser.mjs';
import { ADMIN, startTessera } from '../lib/tessera.mjs';

const READER = { email: 'reader@example.org', password: 'nine mosaics in a row' };
const REQUIREMENTS = 12;
const QUESTION = 'urn:journey:risk:question:doors';

/** Of one requirement: answers are given, and decide nothing. */
const QUESTIONS = {
  [`${QUESTION}:1`]: {
    type: 'unique_choice',
    text: 'Of what is it made?',
    choices: ['Oak', 'Iron', 'Glass'].map((value) => ({ urn: `${QUESTION}:1:${value.toLowerCase()}`, value })),
  },
  [`${QUESTION}:2`]: { type: 'boolean', text: 'Is it locked?' },
};

/** A framework of our own: two sections with six requirements each. */
const LIBRARY = [
  'urn: urn:journey:risk:library:doors\nlocale: en\nref_id: DOORS\nname: Doors and windows\ndescription: made up',
  'copyright: none\nversion: 1\npublication_date: 2026-01-01\nprovider: Somebody\npackager: journey\nobjects:',
  '  framework:\n    urn: urn:journey:risk:framework:doors\n    ref_id: DOORS\n    name: Doors and windows',
  '    description: made up\n    requirement_nodes:',
  ...[1, 2].flatMap((section) => [
    `    - {urn: "urn:journey:risk:req_node:doors:${section}", ref_id: "${section}", name: "Floor ${section}", assessable: false}`,
    ...[1, 2, 3, 4, 5, 6].map(
      (n) =>
        `    - {urn: "urn:journey:risk:req_node:doors:${section}.${n}", parent_urn: "urn:journey:risk:req_node:doors:${section}", ` +
        `ref_id: "${section}.${n}", name: "Door ${n} of floor ${section}", description: "It shuts.", assessable: true` +
        (section === 2 && n === 6 ? `, questions: ${JSON.stringify(QUESTIONS)}}` : '}'),
    ),
  ]),
].join('\n');

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
    await main.getByText('6 of 12').waitFor();
    await tree.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Space');
    await main
      .getByText('6 chosen')
      .or(main.getByText(/6 .*chosen/))
      .first()
      .waitFor();
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

  await t.test('a finding that does not go with the chosen result goes with it', async () => {
    const door = '2.5 - Door 5 of floor 2';
    const decided = async () => {
      const { result, extended_result } = await row(door);
      return [result, extended_result];
    };
    const { id } = await row(door);
    const finding = main.getByLabel('Finding');
    await page.goto(`/compliance-assessments/${audit}?requirement=${id}`);
    await saved(page, () => panel.getByRole('radio', { name: 'Non-compliant' }).check());
    await saved(page, () => finding.selectOption('Major nonconformity'));
    await saved(page, () => panel.getByRole('radio', { name: 'Compliant', exact: true }).check());
    assert.deepEqual(await decided(), ['compliant', null]);

    await page.goto(`/compliance-assessments/${audit}/work?requirement=${id}`);
    await saved(page, () => finding.selectOption('Good practice'));
    await finding.blur();
    await saved(page, () => page.keyboard.press('3'));
    assert.deepEqual(await decided(), ['non_compliant', null]);

    await saved(page, () => finding.selectOption('Minor nonconformity'));
    await page.goto(`/compliance-assessments/${audit}?search=2.5`);
    await main.getByText('1 of 12').waitFor();
    await tree.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Space');
    await saved(page, () => main.getByLabel('Set the result…').selectOption('not_applicable'));
    assert.deepEqual(await decided(), ['not_applicable', null]);
    await saved(page, () => page.getByRole('button', { name: 'Undo' }).click());
    assert.deepEqual(await decided(), ['non_compliant', 'minor_nonconformity']);
  });

  await t.test(
    'questions keep their digits and arrows, and show again what was before an answer was refused',
    async () => {
      const door = '2.6 - Door 6 of floor 2';
      const { id, result } = await row(door);
      const chosen = (name) => main.getByRole('radio', { name, checked: true }).waitFor();
      await page.goto(`/compliance-assessments/${audit}/work?requirement=${id}`);
      await saved(page, () => main.getByRole('radio', { name: 'Oak' }).check());
      await page.keyboard.press('2');
      await saved(page, () => page.keyboard.press('ArrowRight'));
      await chosen('Iron');
      await main.getByRole('heading', { level: 1, name: /Door 6 of floor 2/ }).waitFor();
      await saved(page, () =>
        main.getByRole('group', { name: 'Is it locked?' }).getByRole('radio', { name: 'Yes' }).check(),
      );
      const now = await row(door);
      assert.equal(now.result, result);
      assert.deepEqual(now.answers, { [`${QUESTION}:1`]: `${QUESTION}:1:iron`, [`${QUESTION}:2`]: 'true' });

      await page.route('**/api/requirement-assessments/*/', (route) =>
        route.request().method() === 'PATCH'
          ? route.fulfill({ status: 400, json: { answers: ['No glass here.'] } })
          : route.continue(),
      );
      await main.getByRole('radio', { name: 'Glass' }).check();
      await main.getByText('Not saved: No glass here.').waitFor();
      await page.unrouteAll();
      await main.getByRole('button', { name: 'Undo' }).click();
      await chosen('Iron');
    },
  );

  await t.test(
    'what is given to one’s team is one’s own, and a failure to read that is not called nothing',
    async () => {
      const { id: me } = await api.get('iam/current-user/');
      const team = await api.post('teams/', { name: 'Door people', folder, members: [me] });
      const actors = (await api.get('actors/?limit=100')).results;
      const actor = actors.find((one) => one.str === 'Door people' || one.specific?.id === team.id);
      const doors = [await row('1.1 - Door 1 of floor 1'), await row('1.2 - Door 2 of floor 1')].map((one) => one.id);
      const assignment = { compliance_assessment: audit, folder, actor: [actor.id], requirement_assessments: doors };
      await api.post('requirement-assignments/', assignment);
      await page.route('**/api/requirement-assignments/*', (route) => route.fulfill({ status: 500, json: {} }));
      await page.goto(`/compliance-assessments/${audit}?mine=true`);
      await main.getByText(/^Controls and assignments could not be read/).waitFor();
      await tree.getByRole('treeitem', { name: /Door 3 of floor 1/ }).waitFor();
      await page.unrouteAll();
      await main.getByRole('button', { name: 'Try again' }).click();
      await main.getByText('2 of 12').waitFor();
    },
  );

  await t.test('a long plan comes page by page', async () => {
    const { id } = await row('1.6 - Door 6 of floor 1');
    const names = Array.from({ length: 50 }, (_, n) => ({ name: `Control ${n}`, folder }));
    const made = await Promise.all(names.map((one) => api.post('applied-controls/', one)));
    const { status } = await api.request('PATCH', `requirement-assessments/${id}/`, {
      applied_controls: made.map((one) => one.id),
    });
    assert.equal(status, 200);
    await page.goto(`/compliance-assessments/${audit}?tab=plan`);
    await main.getByText('1–50 of 51').waitFor();
    await main.getByRole('link', { name: 'Next' }).click();
    await main.getByText('51–51 of 51').waitFor();
    assert.equal(await main.getByRole('row').count(), 2, 'the head and one control');
  });

  await t.test('a reader sees it without anything to change', async () => {
    await page.context().clearCookies();
    await signIn(page, READER);
    await page.goto(`/compliance-assessments/${audit}`);
    await tree.getByRole('treeitem', { name: /Door 1 of floor 1/ }).click();
    await panel.getByText('It shuts well, and locks.').waitFor();
    assert.equal(await main.getByRole('alert').count(), 0);
    assert.equal(await main.getByRole('radio').count(), 0);
    assert.equal(await main.getByRole('textbox').count(), 0, 'only the search, which is a searchbox');
    for (const name of ['Edit', 'Delete', 'Work through', 'Create', 'Add files'])
      assert.equal(await main.getByRole('button', { name }).or(main.getByRole('link', { name })).count(), 0, name);
  });
});

/** Does something that saves itself, and waits until the server has it. */
async function saved(page, act) {
  const answer = page.waitForResponse((one) => one.request().method() === 'PATCH');
  await act();
  assert.equal((await answer).status(), 200);
}

async function pick(box, text) {
  await box.click();
  await box.fill(text);
  await box
    .page()
    .getByRole('option', { name: new RegExp(text) })
    .first()
    .click();
}

/** A domain with a reader, and a framework that was loaded. */
async function prepare(url) {
  const admin = await Api.signIn(url, ADMIN);
  const api = await admin.withToken();
  const { id: folder } = await api.post('folders/', { name: 'Ours', create_iam_groups: true });
  const user = await api.post('users/', { email: READER.email });
  const groups = await api.get('user-groups/');
  const readers = groups.results.find((group) => /Ours.*Reader/.test(group.name ?? group.str));
  await api.post(`user-groups/${readers.id}/add-members/`, { users: [user.id] });
  const password = { user: user.id, new_password: READER.password, confirm_new_password: READER.password };
  await admin.post('iam/set-password/', password);

  const sent = await fetch(`${url}/api/stored-libraries/upload/`, {
    method: 'POST',
    headers: {
      Authorization: `Token ${api.token}`,
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': 'attachment; filename=doors.yaml',
    },
    body: LIBRARY,
  });
  assert.equal(sent.status, 201, await sent.clone().text());
  const { results } = await api.get('frameworks/?search=Doors');
  return { api, folder, framework: results[0].id };
}

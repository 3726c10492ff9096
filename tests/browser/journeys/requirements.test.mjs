/** The requirements of an audit: what goes with what, questions, saving while others wait, and what stands beside the rows. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBrowser, signIn } from '../lib/browser.mjs';
import { prepare, QUESTION } from '../lib/doors.mjs';
import { ADMIN, startTessera } from '../lib/tessera.mjs';

test('requirements are decided', async (t) => {
  const { url } = await startTessera(t);
  const { api, folder, framework } = await prepare(url);
  const { id: audit } = await api.post('compliance-assessments/', { name: 'Spring audit', framework, folder });
  const page = await openBrowser(t, url);
  const main = page.getByRole('main');
  const tree = main.getByRole('tree', { name: 'Requirements' });
  const panel = main.getByRole('complementary', { name: 'Requirement' });
  const rows = async () => (await api.get(`requirement-assessments/?compliance_assessment=${audit}&limit=100`)).results;
  const row = async (name) => (await rows()).find((one) => one.name === name);
  await signIn(page, ADMIN);

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
    await main.getByText('1 of 12', { exact: true }).waitFor();
    await tree.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Space');
    await saved(page, () => main.getByLabel('Set the result…').selectOption('not_applicable'));
    assert.deepEqual(await decided(), ['not_applicable', null]);
    await saved(page, () => page.getByRole('button', { name: 'Undo' }).click());
    assert.deepEqual(await decided(), ['non_compliant', 'minor_nonconformity']);
  });

  await t.test('questions keep their digits and arrows; a refused answer is undone', async () => {
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
  });

  await t.test('what a team has to do is its members’; what cannot be read is not called nothing', async () => {
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
    await main.getByText('2 of 12', { exact: true }).waitFor();
  });

  await t.test('the tree is narrowed to those of one person, or of nobody', async () => {
    await page.goto(`/compliance-assessments/${audit}`);
    await tree.getByText('Door people').first().waitFor();
    await main.getByRole('button', { name: 'Add filter' }).click();
    await page.getByRole('button', { name: 'Assigned to' }).click();
    await page.getByRole('checkbox', { name: 'Door people' }).check();
    await main.getByText('2 of 12', { exact: true }).waitFor();
    await page.getByRole('checkbox', { name: 'Nobody' }).check();
    await main.getByText('12 of 12').waitFor();
    await page.getByRole('checkbox', { name: 'Door people' }).uncheck();
    await main.getByText('10 of 12', { exact: true }).waitFor();
    assert.equal(new URL(page.url()).searchParams.get('assignee'), 'nobody');
    await page.reload();
    await main.getByText('10 of 12', { exact: true }).waitFor();
  });

  await t.test('a long plan comes page by page', async () => {
    const { id } = await row('1.6 - Door 6 of floor 1');
    const names = Array.from({ length: 51 }, (_, n) => ({ name: `Control ${n}`, folder }));
    const made = await Promise.all(names.map((one) => api.post('applied-controls/', one)));
    const { status } = await api.request('PATCH', `requirement-assessments/${id}/`, {
      applied_controls: made.map((one) => one.id),
    });
    assert.equal(status, 200);
    await page.goto(`/compliance-assessments/${audit}?tab=plan`);
    await main.getByText('1–50 of 51').waitFor();
    await main.getByRole('link', { name: 'Next' }).click();
    await main.getByText('51–51 of 51').waitFor();
    await main.getByRole('row').nth(2).waitFor({ state: 'detached' });
    assert.equal(await main.getByRole('row').count(), 2, 'the head and one control');
  });

  await t.test('what is decided while a save is on its way is sent once', async () => {
    const { id } = await row('1.3 - Door 3 of floor 1');
    const sent = [];
    let letGo;
    const held = new Promise((resolve) => (letGo = resolve));
    await page.route('**/api/requirement-assessments/*/', async (route) => {
      if (route.request().method() === 'PATCH') {
        sent.push(route.request().postDataJSON().result);
        await held;
      }
      await route.continue();
    });
    await page.goto(`/compliance-assessments/${audit}/work?requirement=${id}`);
    await main.getByLabel('Observation').waitFor();
    for (const key of ['1', '2', '3']) await page.keyboard.press(key);
    letGo();
    await main.getByText('Saved', { exact: true }).waitFor();
    await page.unrouteAll();
    assert.deepEqual(sent, ['compliant', 'non_compliant']);
    assert.equal((await row('1.3 - Door 3 of floor 1')).result, 'non_compliant');
  });

  await t.test('a tree that could not be read again after an answer is read with the next change', async () => {
    const { id } = await row('2.6 - Door 6 of floor 2');
    await page.goto(`/compliance-assessments/${audit}?requirement=${id}`);
    await panel.getByRole('radio', { name: 'Iron', checked: true }).waitFor();
    await page.route('**/tree/', (route) => route.fulfill({ status: 500, json: {} }));
    const failed = page.waitForResponse('**/tree/');
    await panel.getByRole('radio', { name: 'Oak' }).check();
    await failed;
    await page.unrouteAll();
    const again = page.waitForResponse('**/tree/');
    await panel.getByRole('radio', { name: 'Not applicable' }).check();
    assert.equal((await again).status(), 200);
  });
});

/** Does something that saves itself, and waits until the server has it. */
async function saved(page, act) {
  const answer = page.waitForResponse((one) => one.request().method() === 'PATCH');
  await act();
  assert.equal((await answer).status(), 200);
}

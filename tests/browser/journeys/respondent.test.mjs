/** An auditor asks, a respondent answers and hands in, the answers go back once and are accepted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api } from '../lib/api.mjs';
import { openBrowser, signIn } from '../lib/browser.mjs';
import { doors, loadLibrary } from '../lib/framework.mjs';
import { makeDomain, makePerson } from '../lib/people.mjs';
import { ADMIN, startTessera } from '../lib/tessera.mjs';

const AUDITOR = { email: 'auditor@example.org', password: 'nine mosaics in a row' };
const RESPONDENT = { email: 'respondent@example.org', password: 'seven doors in a row' };

test('what is assigned is answered, handed in, sent back and accepted', async (t) => {
  const { url } = await startTessera(t);
  const { api, audit } = await prepare(url);
  const auditor = await openBrowser(t, url);
  const respondent = await openBrowser(t, url);
  const [theirs, ours] = [auditor.getByRole('main'), respondent.getByRole('main')];
  const assignment = theirs.getByRole('listitem', { name: RESPONDENT.email });
  const yours = ours.getByRole('region', { name: 'Assigned to you' });
  const dialog = auditor.getByRole('dialog');
  const panel = ours.getByRole('complementary', { name: 'Requirement' });
  const stored = async () => (await api.get(`requirement-assignments/?compliance_assessment=${audit}`)).results;
  await signIn(auditor, AUDITOR);
  await signIn(respondent, RESPONDENT);

  await t.test('before anything is assigned the respondent finds nothing', async () => {
    await respondent.goto('/compliance-assessments');
    await ours.getByText(/^No audits yet/).waitFor();
    await respondent.goto(`/compliance-assessments/${audit}`);
    await ours.getByText('There is nothing here').waitFor();
  });

  await t.test('the auditor assigns one floor', async () => {
    await auditor.goto(`/compliance-assessments/${audit}?tab=assignments`);
    await theirs.getByText('Nobody was asked yet').waitFor();
    await theirs.getByRole('button', { name: 'New assignment' }).click();
    await dialog.getByRole('button', { name: 'Assign', exact: true }).click();
    await dialog.getByText('Choose somebody.').waitFor();
    await dialog.getByText('Choose at least one requirement.').waitFor();
    const who = dialog.getByRole('combobox', { name: /Who answers/ });
    await who.click();
    await who.fill('respondent');
    await dialog.getByRole('option', { name: RESPONDENT.email }).click();
    await dialog.getByRole('checkbox', { name: '1 Floor 1' }).check();
    await dialog.getByRole('button', { name: 'Show the requirements of 1 Floor 1' }).click();
    await dialog.getByRole('checkbox', { name: /Door 3 of floor 1/ }).uncheck();
    await dialog.getByRole('button', { name: 'Assign', exact: true }).click();
    await assignment.getByText('Draft', { exact: true }).waitFor();
    const [made] = await stored();
    assert.deepEqual(
      made.requirement_assessments.map((ref) => ref.str),
      ['1.1 - Door 1 of floor 1', '1.2 - Door 2 of floor 1'],
    );
    await assignment.getByRole('button', { name: 'Start' }).click();
    await assignment.getByText('In progress', { exact: true }).waitFor();
  });

  await t.test('what is assigned already cannot be assigned again', async () => {
    await theirs.getByRole('button', { name: 'New assignment' }).click();
    await dialog.getByRole('searchbox', { name: 'Search requirements' }).fill('floor 1');
    assert.ok(await dialog.getByRole('checkbox', { name: /Door 1 of floor 1/ }).isDisabled());
    assert.ok(await dialog.getByRole('checkbox', { name: /Door 3 of floor 1/ }).isEnabled());
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });

  await t.test('the respondent sees what is assigned, and nothing else', async () => {
    await respondent.goto('/');
    await ours.getByRole('region', { name: 'Waiting for your answers' }).getByRole('link', { name: 'Spring audit' }).click();
    await ours.getByRole('treeitem', { name: /Door 1 of floor 1/ }).waitFor();
    await ours.getByRole('treeitem', { name: /Door 2 of floor 1/ }).waitFor();
    assert.equal(await ours.getByRole('treeitem', { name: /Door/ }).count(), 2);
    assert.equal(await respondent.getByText(/Door 3|floor 2/).count(), 0);
    for (const name of ['New assignment', 'Start', 'Accept', 'Send back', 'Delete'])
      assert.equal(await ours.getByRole('button', { name, exact: true }).count(), 0, name);
  });

  await t.test('the respondent answers and hands in', async () => {
    await ours.getByRole('treeitem', { name: /Door 1 of floor 1/ }).click();
    await panel.getByRole('radio', { name: 'Compliant', exact: true }).check();
    await panel.getByLabel('Observation').fill('It was painted.');
    await panel.getByText('Saved', { exact: true }).waitFor();
    await yours.getByText('1 of 2 assessed').waitFor();
    await yours.getByRole('button', { name: 'Hand in' }).click();
    const confirm = respondent.getByRole('dialog');
    await confirm.getByText('1 requirement is not assessed yet.').waitFor();
    await confirm.getByRole('button', { name: 'Hand in' }).click();
    await yours.getByText('Handed in', { exact: true }).waitFor();
    assert.equal((await stored())[0].status, 'submitted');
    // The history may say it too.
    await panel.getByText('It was painted.').first().waitFor();
    // Nothing to change while it is with the auditor; the history may be there before the fields have gone.
    await ours.getByRole('radio').first().waitFor({ state: 'detached' });
  });

  await t.test('the auditor sees the answers, and sends them back with words', async () => {
    await auditor.reload();
    await assignment.getByText('1 of 2 assessed').waitFor();
    assert.equal(await assignment.getByRole('button', { name: 'Edit' }).count(), 0, 'settled once handed in');
    await assignment.getByRole('button', { name: 'Send back' }).click();
    await dialog.getByRole('button', { name: 'Send back' }).click();
    await dialog.getByText('Say what is missing.').waitFor();
    await dialog.getByLabel('What is missing').fill('Door 2 is open.');
    await dialog.getByRole('button', { name: 'Send back' }).click();
    await assignment.getByText('Sent back', { exact: true }).first().waitFor();
    await theirs.getByRole('tab', { name: 'Requirements' }).click();
    await theirs.getByRole('treeitem', { name: /Door 1 of floor 1/ }).click();
    await theirs.getByRole('complementary').getByText('It was painted.').or(theirs.getByLabel('Observation')).first().waitFor();
    assert.equal(await theirs.getByLabel('Observation').inputValue(), 'It was painted.');
  });

  await t.test('the respondent reads them, answers the rest while working through, and hands in again', async () => {
    await respondent.goto(`/compliance-assessments/${audit}`);
    await yours.getByText('Door 2 is open.').waitFor();
    await ours.getByRole('link', { name: 'Work through' }).click();
    await ours.getByRole('heading', { level: 1, name: /Door 2 of floor 1/ }).waitFor();
    await ours.getByLabel('Observation').waitFor();
    await respondent.keyboard.press('3');
    await ours.getByText('Saved', { exact: true }).waitFor();
    await yours.getByText('2 of 2 assessed').waitFor();
    await yours.getByRole('button', { name: 'Hand in' }).click();
    await respondent.getByRole('dialog').getByRole('button', { name: 'Hand in' }).click();
    await yours.getByText('Handed in', { exact: true }).waitFor();
  });

  await t.test('the auditor accepts, and may open it again', async () => {
    await auditor.goto(`/compliance-assessments/${audit}?tab=assignments`);
    await assignment.getByText('2 of 2 assessed').waitFor();
    await assignment.getByRole('button', { name: 'Accept' }).click();
    await assignment.getByRole('button', { name: 'Reopen' }).waitFor();
    await assignment.getByText('History').click();
    const deeds = await assignment.getByRole('listitem').locator('b').allInnerTexts();
    assert.deepEqual(deeds, ['Accepted', 'Handed in', 'Sent back', 'Handed in', 'Started']);
    await respondent.reload();
    await yours.getByText('Your answers were accepted.').waitFor();
    // Its text comes with its fields, where there are any.
    await ours.getByText('It shuts.', { exact: true }).waitFor();
    assert.equal(await ours.getByRole('radio').count(), 0);
    await respondent.goto('/');
    await ours.getByRole('heading', { level: 1 }).waitFor();
    await respondent.waitForLoadState('networkidle');
    assert.equal(await ours.getByText('Waiting for your answers').count(), 0);
    await assignment.getByRole('button', { name: 'Reopen' }).click();
    await assignment.getByRole('button', { name: 'Accept' }).waitFor();
    await assignment.getByText('Reopened').waitFor();
    assert.equal((await stored())[0].status, 'submitted');
  });
});

/** A domain with an auditor and a respondent, and an audit of two floors with three doors each. */
async function prepare(url) {
  const admin = await Api.signIn(url, ADMIN);
  const folder = await makeDomain(admin);
  await makePerson(admin, AUDITOR, 'Ours', 'Analyst');
  await makePerson(admin, RESPONDENT, 'Ours', 'Respondent');
  const api = await admin.withToken();
  const framework = await loadLibrary(api, doors(2, 3), 'Doors');
  const { id } = await api.post('compliance-assessments/', { name: 'Spring audit', framework, folder });
  return { api, audit: id };
}

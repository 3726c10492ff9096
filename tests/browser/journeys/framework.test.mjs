/** The audits of a framework beside each other, and workbooks to take away from menus. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { assertAccessible } from '../lib/accessible.mjs';
import { openBrowser, signIn } from '../lib/browser.mjs';
import { prepare, READER } from '../lib/doors.mjs';
import { makeDomain } from '../lib/people.mjs';
import { ADMIN, startTessera } from '../lib/tessera.mjs';

const SCORED = Object.fromEntries(['score', 'is_scored', 'documentation_score'].map((field) => [field, { auditor: 'edit' }]));

test('audits of a framework are compared, and handed out', async (t) => {
  const { url } = await startTessera(t);
  const { api, folder, framework } = await prepare(url);
  const theirs = await makeDomain(api, 'Theirs');
  const make = (name, more) => api.post('compliance-assessments/', { name, framework, ...more });
  const { id: house } = await make('House', { folder, field_visibility: SCORED });
  await make('Barn', { folder: theirs });
  const { results: rows } = await api.get(`requirement-assessments/?compliance_assessment=${house}&limit=100`);
  const change = async (name, found) => {
    const row = rows.find((one) => one.name.startsWith(`${name} `));
    assert.equal((await api.request('PATCH', `requirement-assessments/${row.id}/`, found)).status, 200);
  };
  await change('1.1', { result: 'compliant', is_scored: true, score: 80, documentation_score: 60 });
  await change('1.2', { result: 'non_compliant' });
  await change('1.3', { result: 'not_applicable' });
  await api.post('applied-controls/', { name: 'Hinges', folder, status: 'active' });
  await api.post('applied-controls/', { name: 'Bolts', folder: theirs });
  const page = await openBrowser(t, url);
  const main = page.getByRole('main');
  const table = main.getByRole('region', { name: 'Audits compared' }).getByRole('table');
  const cells = async (name) => {
    const row = table.getByRole('row', { name: new RegExp(name) });
    return (await row.getByRole('cell').allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim());
  };
  await signIn(page, ADMIN);

  await t.test('each audit has a row, each section a column', async () => {
    await page.goto(`/frameworks/${framework}`);
    await main.getByRole('tab', { name: 'Audits compared' }).click();
    await table.waitFor();
    const titles = (await table.getByRole('columnheader').allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim());
    assert.deepEqual(titles, ['Audit', 'Progress', 'Score', 'Compliant', '1 Floor 1', '2 Floor 2']);
    const [progress, , whole, first, second] = await cells('House');
    assert.deepEqual([progress, whole, first, second], ['0 %', '9 % 1 of 11', '20 % 1 of 5', '0 % 0 of 6']);
    assert.deepEqual(await cells('Barn'), ['0 %', 'No score', '0 % 0 of 12', '0 % 0 of 6', '0 % 0 of 6']);
    await assertAccessible(page, 'audits compared');
  });

  await t.test('on a phone the sections pass under the audit, and nothing else moves', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await table.waitFor();
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 360, `the page is ${width} wide`);
    const region = main.getByRole('region', { name: 'Audits compared' });
    await region.evaluate((box) => (box.scrollLeft = 10_000));
    const link = table.getByRole('link', { name: 'House' });
    const box = await link.boundingBox();
    assert.ok(box.x >= 0 && box.x < 60, `the name is at ${box.x}`);
    await assertAccessible(page, 'audits compared on a phone');
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  await t.test('a framework hands out an empty workbook', async () => {
    await page.goto(`/frameworks/${framework}`);
    await main.getByRole('button', { name: 'Export' }).click();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      main.getByRole('button', { name: /to be filled in/ }).click(),
    ]);
    assert.match(file.suggestedFilename(), /\.xlsx$/);
    assert.equal((await readFile(await file.path())).subarray(0, 2).toString(), 'PK');
    await page.goto(`/frameworks/${framework}?tab=audits`);
  });

  await t.test('its name leads to the audit, which hands out its workbooks', async () => {
    await table.getByRole('link', { name: 'House' }).click();
    await main.getByRole('heading', { name: 'House', level: 1 }).waitFor();
    await main.getByRole('button', { name: 'Export' }).click();
    await assertAccessible(page, 'what an audit hands out');
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      main.getByRole('button', { name: /maturity/ }).click(),
    ]);
    assert.equal(file.suggestedFilename(), 'House-cyfun.xlsx');
    assert.equal((await readFile(await file.path())).subarray(0, 2).toString(), 'PK');
  });

  await t.test('an audit without scores offers no workbook of them', async () => {
    await page.goto(`/frameworks/${framework}?tab=audits`);
    await table.getByRole('link', { name: 'Barn' }).click();
    await main.getByRole('heading', { name: 'Barn', level: 1 }).waitFor();
    await main.getByRole('button', { name: 'Export' }).click();
    await main.getByRole('button', { name: 'Report as PDF' }).waitFor();
    assert.equal(await main.getByRole('button', { name: /maturity/ }).count(), 0);
  });

  await t.test('controls leave as a list of measures, as they are filtered', async () => {
    await page.goto(`/applied-controls?folder=${folder}`);
    await main.getByRole('link', { name: 'Hinges' }).waitFor();
    await main.getByRole('button', { name: 'Export' }).click();
    await assertAccessible(page, 'what controls leave as');
    const asked = page.waitForRequest(/mss_xlsx/);
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      main.getByRole('button', { name: /list of measures/ }).click(),
    ]);
    assert.equal(file.suggestedFilename(), 'applied_controls_mss.xlsx');
    const { searchParams } = new URL((await asked).url());
    assert.equal(searchParams.get('folder'), folder);
  });

  await t.test('somebody who sees one of the domains compares its audits alone', async () => {
    const theirPage = await openBrowser(t, url);
    await signIn(theirPage, READER);
    await theirPage.goto(`/frameworks/${framework}?tab=audits`);
    const rows = theirPage.getByRole('region', { name: 'Audits compared' }).getByRole('row');
    await rows.getByRole('link', { name: 'House' }).waitFor();
    assert.equal(await rows.count(), 2, 'the titles and one audit');
  });
});

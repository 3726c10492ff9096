/** The main pages, for everybody: no violation that axe-core knows, and no sideways scrolling on a phone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from '../lib/accessible.mjs';
import { Api } from '../lib/api.mjs';
import { openBrowser, signIn } from '../lib/browser.mjs';
import { ADMIN, startTessera } from '../lib/tessera.mjs';

const PHONE = { width: 360, height: 740 };
const PAGES = [
  '/',
  '/assets',
  '/assets/new',
  '/assets/:asset',
  '/assets/:asset/edit',
  '/folders',
  '/perimeters',
  '/users',
  '/user-groups',
  '/role-assignments',
  '/audit-log',
  '/stored-libraries',
  '/stored-libraries/:library',
  '/frameworks',
  '/frameworks/:framework',
  '/frameworks/:framework?tab=audits',
  '/risk-matrices/:matrix',
  '/requirement-assignments',
  '/applied-controls/:control',
  '/applied-controls/:control/edit',
  '/applied-controls',
  '/evidences',
  '/compliance-assessments',
  '/compliance-assessments/:audit',
  '/compliance-assessments/:audit?requirement=:requirement',
  '/compliance-assessments/:audit?tab=charts',
  '/compliance-assessments/:audit?tab=plan',
  '/compliance-assessments/:audit?tab=compare&with=:other',
  '/compliance-assessments/:audit?tab=details',
  '/compliance-assessments/:audit?tab=history',
  '/compliance-assessments/:audit/work',
  '/admin/service-accounts',
  '/admin/token-policy',
  '/settings',
  '/profile',
  '/profile/settings',
  '/applied-controls?view=board',
  '/evidences/:evidence',
  '/compliance-assessments/:audit?tab=assignments',
];

test('the main pages', async (t) => {
  const { url } = await startTessera(t);
  const api = await Api.signIn(url, ADMIN);
  const ids = await prepare(api);
  const pages = PAGES.map((path) => path.replace(/:(\w+)/g, (_, what) => ids[what]));

  await t.test('have no violations in the light and in the dark', async (t) => {
    const page = await openBrowser(t, url);
    await page.goto('/');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await assertAccessible(page, 'sign-in');
    await signIn(page, ADMIN);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      for (const path of pages) {
        await visit(page, path);
        await assertAccessible(page, `${path} (${colorScheme})`);
      }
    }
  });

  await t.test('fit a screen of 360 pixels', async (t) => {
    const page = await openBrowser(t, url, { viewport: PHONE });
    await signIn(page, ADMIN);
    for (const path of pages) {
      await visit(page, path);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= PHONE.width, `${path} is ${width} pixels wide`);
    }
  });
});

/** What the addresses of the pages name. Names are long, because those are what breaks a narrow page. */
async function prepare(api) {
  const long = (name) => `${name} with an uncommonly long name `.repeat(4).trim();
  const { id: asset } = await api.post('assets/', { name: long('A ledger'), type: 'PR' });
  const { results: libraries } = await api.get('stored-libraries/');
  const { id: library, is_loaded } = libraries.find((one) => one.objects_meta.framework);
  if (!is_loaded) await api.post(`stored-libraries/${library}/import/`, {});
  const framework = (await api.get('frameworks/')).results[0].id;
  const { id: folder } = await api.post('folders/', { name: 'Ours' });
  const make = (name) => api.post('compliance-assessments/', { name: long(name), framework, folder });
  const [{ id: audit }, { id: other }] = [await make('A spring'), await make('An autumn')];
  const rows = await api.get(`requirement-assessments/?compliance_assessment=${audit}&limit=100`);
  const [requirement, second] = rows.results.filter((row) => row.assessable).map((row) => row.id);
  const { id: control } = await api.post('applied-controls/', { name: long('A lock'), folder, eta: '2027-01-31' });
  const decided = { result: 'compliant', observation: long('A wall'), applied_controls: [control] };
  for (const row of [requirement, second]) {
    const { status } = await api.request('PATCH', `requirement-assessments/${row}/`, decided);
    assert.equal(status, 200);
  }
  const evidence = await proved(api, long('A photograph'), folder);
  const actors = await api.get('actors/');
  const asked = { compliance_assessment: audit, actor: [actors.results[0].id], requirement_assessments: [second] };
  await api.post('requirement-assignments/', asked);
  const matrix = (await api.get('risk-matrices/')).results[0].id;
  return { asset, library, audit, other, requirement, evidence, framework, matrix, control };
}

/** Evidence that holds a text. */
async function proved(api, name, folder) {
  const { id } = await api.post('evidences/', { name, folder });
  const sent = await fetch(`${api.url}/api/evidences/${id}/upload/`, {
    method: 'POST',
    headers: { Authorization: `Token ${api.token}`, 'Content-Disposition': 'attachment; filename=wall.txt' },
    body: 'A wall, and a lock in it.\n'.repeat(200),
  });
  assert.equal(sent.status, 200, await sent.text());
  return id;
}

async function visit(page, path) {
  await page.goto(path);
  await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
  await page.waitForLoadState('networkidle');
}

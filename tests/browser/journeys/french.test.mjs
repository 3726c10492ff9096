/** In French: the codes of the wire are said in the language of the person, and sent as they are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBrowser } from '../lib/browser.mjs';
import { prepare } from '../lib/doors.mjs';
import { ADMIN, startTessera } from '../lib/tessera.mjs';

test('choices in French', async (t) => {
  const { url } = await startTessera(t);
  const { api, folder, framework } = await prepare(url);
  const lock = { name: 'Serrures', folder, status: 'on_hold', category: 'physical', csf_function: 'protect', effort: 'XS' };
  const { id: control } = await api.post('applied-controls/', lock);
  await api.post('perimeters/', { name: 'Rez-de-chaussée', folder, lc_status: 'eol' });
  await api.post('evidences/', { name: 'Photo', folder, status: 'in_review' });
  const { id: audit } = await api.post('compliance-assessments/', { name: 'Portes', framework, folder, status: 'planned' });
  assert.equal((await api.request('PATCH', 'user-preferences/', { lang: 'fr' })).status, 200);
  /** The labels that the server gives to every client, with what the interface says in their place. */
  const labels = new Set();
  for (const { fields } of await api.get('meta/resources/'))
    for (const { label } of fields.flatMap((field) => field.choices ?? [])) if (/^[A-Z]\w{3}/.test(label)) labels.add(label);
  for (const same of ['Global', 'Support', 'Date', 'Action', 'Active', 'Information', 'Marketing']) labels.delete(same);

  const page = await openBrowser(t, url);
  const main = page.getByRole('main');
  await page.goto('/');
  await page.getByLabel('Email').fill(ADMIN.email);
  await page.getByLabel(/^Password/).fill(ADMIN.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await main.getByRole('heading', { level: 1, name: 'Vue d’ensemble' }).waitFor();

  await t.test('lists and pages say them in French', async () => {
    for (const [path, words] of [
      ['applied-controls', ['En attente', 'Physique']],
      [`applied-controls/${control}`, ['En attente', 'Physique', 'Protéger', 'Très petit']],
      ['perimeters', ['Fin de vie']],
      ['evidences', ['En revue']],
      ['compliance-assessments', ['Planifié']],
      [`compliance-assessments/${audit}?tab=details`, ['Planifié', 'Moyenne']],
    ]) {
      await page.goto(`/${path}`);
      for (const word of words) await main.locator('.chip').getByText(word, { exact: true }).first().waitFor();
      await page.waitForLoadState('networkidle');
      const chips = await main.locator('.chip').allInnerTexts();
      assert.deepEqual(
        chips.filter((text) => labels.has(text.trim())),
        [],
        path,
      );
    }
  });

  await t.test('filters and forms offer them in French and send the code', async () => {
    await page.goto('/applied-controls?status=on_hold');
    await main.getByRole('button', { name: /Statut.*En attente/ }).waitFor();
    await page.goto(`/applied-controls/${control}/edit`);
    await main.getByLabel('Statut').selectOption({ label: 'Active' });
    await main.getByRole('button', { name: 'Enregistrer' }).click();
    await main.locator('.chip').getByText('Active', { exact: true }).first().waitFor();
    assert.equal((await api.get(`applied-controls/${control}/object/`)).status, 'active');
  });
});

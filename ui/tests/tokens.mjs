// Journeys with access tokens: limits, rotation, a token's own page, everybody's tokens, the policy.
import assert from 'node:assert/strict';

export const tokenSteps = ({ page, shot, dialog, button }) => ({
  async 'a token is limited, mistakes are told at the field, and the sentence follows'() {
    await page.visit('/profile/settings');
    await button('Generate new token').click();
    await dialog().getByLabel('Name').fill('narrow');
    await dialog().getByText('It will be able to do everything you can do, in all your domains').waitFor();
    await dialog().getByText('Limit what it can do').click();
    await dialog().getByRole('radio', { name: 'Chosen kinds' }).check();
    await dialog().getByRole('radio', { name: 'Only these' }).check();
    await dialog().getByLabel('Addresses').fill('10.0.0.0/8\nnonsense');
    await dialog().getByRole('button', { name: 'Generate new token' }).click();
    await dialog().getByText('Choose at least one kind.').waitFor();
    await dialog().getByText('Choose at least one domain.').waitFor();
    await dialog().getByText('Line 2: “nonsense” is no address').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.name), 'allowed_ips');
    await shot('token-limits-wrong');
    await dialog().getByLabel('Search permissions').fill('asset');
    await dialog().getByLabel('Assets: Write').check();
    assert.ok(await dialog().getByLabel('Assets: Read').isChecked());
    await dialog().getByRole('combobox', { name: 'Domains' }).fill('fin');
    await page.getByRole('option', { name: 'Finance' }).click();
    await dialog().getByLabel('Addresses').fill('10.0.0.1/8');
    await dialog().getByLabel('May rotate itself').check();
    await dialog()
      .getByText('read, create and change assets, in Finance and what is below, from 10.0.0.1/8 only')
      .waitFor();
    await shot('token-limits');
    await dialog().getByRole('button', { name: 'Generate new token' }).click();
    await dialog().getByText('did you mean 10.0.0.0/8?').waitFor();
    await dialog().getByLabel('Addresses').fill('10.0.0.0/8');
    await dialog().getByRole('button', { name: 'Generate new token' }).click();
    await button('Copy').click();
    await button('Done').click();
    await page.getByText('Assets: write · 1 domain · 1 network').waitFor();
  },
  async 'a copy that the browser refuses says so, and going back asks'() {
    await button('Generate new token').click();
    await dialog().getByLabel('Name').fill('refused');
    await dialog().getByRole('button', { name: 'Generate new token' }).click();
    const value = await dialog().getByLabel('The new token').inputValue();
    await page.evaluate(() => {
      navigator.clipboard.writeText = () => Promise.reject(new Error('refused'));
      document.execCommand = () => false;
    });
    await button('Copy').click();
    await page.getByText('The browser did not let us copy').waitFor();
    assert.equal(await page.evaluate(() => getSelection().toString()), value);
    await shot('token-copy-refused');
    await page.evaluate(() => history.back());
    await dialog().getByText('Close without copying?').waitFor();
    assert.match(page.url(), /profile\/settings/);
    await button('Close anyway').click();
    await page.visit('/profile/settings');
  },
  async 'a token is renamed and rotated, both values work for a while'() {
    await button('Rename the token refused').click();
    await dialog().getByLabel('Name').fill('renamed');
    await dialog().getByRole('button', { name: 'Rename' }).click();
    await page.getByText('The token is called “renamed” now.').waitFor();
    await button('Rotate the token renamed').click();
    await dialog().getByRole('radio', { name: '7 days' }).first().check();
    await shot('token-rotate');
    await dialog().getByRole('button', { name: 'Rotate' }).click();
    await dialog().getByText('The old value works until').waitFor();
    await shot('token-rotated');
    await button('Copy').click();
    await button('Done').click();
    await page.getByText('Replaced').first().waitFor();
    assert.equal(await page.getByRole('row').filter({ hasText: 'renamed' }).count(), 2);
  },
  async 'several are revoked at once, and are found among the revoked'() {
    for (const box of await page.getByLabel('Choose renamed').all()) await box.check();
    await shot('token-bulk');
    await button('Revoke the chosen ones').click();
    await dialog().getByText('Revoke 2 tokens?').waitFor();
    await dialog().getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('2 tokens were revoked.').waitFor();
    await page.getByRole('link', { name: 'Revoked', exact: true }).click();
    await page.waitForURL(/state=revoked/);
    await page.getByRole('link', { name: 'renamed' }).first().waitFor();
    await page.goBack();
  },
  async 'a token’s own page says what it may do now'() {
    await page.getByRole('link', { name: 'narrow', exact: true }).click();
    await page.getByRole('heading', { name: 'What it may do now' }).waitFor();
    await page.getByText('Finance, Payroll, Treasury').waitFor();
    await page.getByText('Token made').waitFor();
    await page.waitForLoadState('networkidle');
    await shot('token-page');
    await button('Revoke').click();
    await dialog().getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('Nothing: it no longer works.').waitFor();
  },
  async 'an administrator filters everybody’s tokens and revokes them after a count'() {
    await page.visit('/admin/tokens');
    await button('Add filter').click();
    await page.locator('.panel').getByRole('button', { name: 'Unused for days' }).click();
    await page.getByRole('spinbutton', { name: 'Unused for days' }).fill('30');
    await page.keyboard.press('Enter');
    await page.waitForURL(/unused_days=30/);
    await button('Add filter').click();
    await page.locator('.panel').getByRole('button', { name: 'Scope' }).click();
    await page.getByRole('radio', { name: 'Everything (no scope)' }).check();
    await page.waitForURL(/scope=none/);
    await page.keyboard.press('Escape');
    await page.getByText('1–4 of 4').waitFor();
    await shot('tokens-filtered');
    await button('Revoke all that match…').click();
    await dialog().getByText('They belong to 4 people.').waitFor();
    await dialog().getByText('samir@example.org').waitFor();
    await shot('tokens-revoke');
    await dialog().getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('4 tokens were revoked.').waitFor();
  },
  async 'the policy says whom it stops before it is saved'() {
    await page.visit('/admin/token-policy');
    await page.getByLabel('Longest life').fill('20');
    await page.getByText('less than or equal to 20').first().waitFor();
    await page.getByLabel('Usual life').fill('20');
    await page.getByText(/This stops \d+ live tokens of \d+ people/).waitFor();
    await page.getByLabel('Refuse all tokens').check();
    await button('Save').click();
    await page.getByText('Write why; the text is sent').waitFor();
    await page.getByLabel('Why, for those').fill('A token was found in public.');
    await page.getByText('All are refused').waitFor();
    await shot('policy-effect');
    await button('Save').click();
    await dialog()
      .getByText(/Stop \d+ tokens\?/)
      .waitFor();
    await shot('policy-confirm');
    await dialog().getByRole('button', { name: 'Save the policy' }).click();
    await page.getByText('No token works at the moment: A token was found in public.').waitFor();
    await page.visit('/profile/settings');
    await page.getByText('No token works at the moment').waitFor();
    await page.visit('/admin/token-policy');
    await page.getByLabel('Longest life').fill('365');
    await page.getByLabel('Usual life').fill('30');
    await page.getByLabel('Refuse all tokens').uncheck();
    await button('Save').click();
    await page.getByText('The token policy was saved.').waitFor();
  },
});

// Journeys with the second factor and with service accounts. In the mock every code is 123456.
import assert from 'node:assert/strict';
import { EMAIL, PASSWORD } from './browser.mjs';

export const factorSteps = ({ page, base, shot, dialog, button }) => ({
  async 'a second factor is set up, and its recovery codes are shown once'() {
    await page.visit('/profile/settings');
    await button('Set up').click();
    await dialog().getByRole('img', { name: 'QR code' }).waitFor();
    await dialog().getByLabel('Code', { exact: true }).fill('111111');
    await dialog().getByRole('button', { name: 'Turn on' }).click();
    await dialog().getByText('This code is not right.').waitFor();
    await shot('factor-set-up');
    await dialog().getByLabel('Code', { exact: true }).fill('123456');
    await dialog().getByRole('button', { name: 'Turn on' }).click();
    const codes = await dialog().getByLabel('Your recovery codes').inputValue();
    assert.equal(codes.split('\n').length, 10);
    await shot('factor-codes');
    await button('Done').click();
    await dialog().getByText('Close without copying?').waitFor();
    await button('Go back').click();
    await button('Copy').click();
    await button('Done').click();
    await page.getByText('10 of 10 recovery codes left.').waitFor();
    await button('Set up').waitFor({ state: 'detached' });
    await page.getByRole('heading', { name: 'Authenticator app' }).scrollIntoViewIfNeeded();
    await shot('factor-active');
  },
  async 'signing in asks for the code, or a recovery code'() {
    await button('Profile menu').click();
    await button('Sign out', { exact: true }).click();
    const password = async () => {
      await page.getByLabel('Email').fill(EMAIL);
      await page.getByLabel('Password').fill(PASSWORD);
      await button('Sign in').click();
      await page.getByLabel('Code', { exact: true }).waitFor();
    };
    await password();
    await page.getByLabel('Code', { exact: true }).fill('111111');
    await button('Sign in').click();
    await page.getByText('This code is not right.').waitFor();
    await shot('factor-sign-in');
    await page.getByLabel('Code', { exact: true }).fill('000000');
    await button('Sign in').click();
    await page.getByText('That took too long.').waitFor();
    await password();
    await button('Use a recovery code').click();
    await page.getByLabel('Recovery code').fill('abcd-efgh-jkmn-pqr0');
    await button('Sign in').click();
    await button('Profile menu').waitFor();
    await page.visit('/profile/settings');
    await page.getByText('9 of 10 recovery codes left.').waitFor();
  },
  async 'the second factor is removed after a question'() {
    await button('Remove second factor').click();
    await dialog().getByRole('button', { name: 'Remove' }).click();
    await button('Set up').waitFor();
  },
  async 'who has none, where everybody needs one, is led to it'() {
    await page.request.get(`${base}/mock/sign-out?enforce`);
    await page.visit('/assets');
    await page.getByLabel('Email').fill(EMAIL);
    await page.getByLabel('Password').fill(PASSWORD);
    await button('Sign in').click();
    await page.getByText('Your organisation wants everybody').waitFor();
    await page.waitForLoadState('networkidle');
    await shot('factor-wanted');
    assert.match(page.url(), /profile\/settings/);
    await button('Set up').click();
    await dialog().getByLabel('Code', { exact: true }).fill('123456');
    await dialog().getByRole('button', { name: 'Turn on' }).click();
    await button('Copy').click();
    await button('Done').click();
    await page.getByRole('heading', { name: 'Sessions' }).waitFor();
    await page.request.get(`${base}/mock/sign-out`);
    await page.visit('/');
    await page.getByLabel('Email').fill(EMAIL);
    await page.getByLabel('Password').fill(PASSWORD);
    await button('Sign in').click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
  },
  async 'a service account is made, and its secret shown once'() {
    await page.visit('/admin/service-accounts/new');
    await page.getByLabel('Name').fill('journey');
    await button('Create').click();
    await page.getByText('This field is required.').waitFor();
    await page.getByRole('combobox', { name: 'Role' }).selectOption({ label: 'Reader' });
    await button('Create').click();
    await dialog().getByText('grant_type=client_credentials').waitFor();
    assert.match(await dialog().getByLabel('Secret').inputValue(), /^tsr_sa_/);
    await shot('account-secret');
    await button('Copy').click();
    await button('Done').click();
    await page.getByRole('heading', { name: 'journey' }).waitFor();
  },
  async 'it is deactivated, changed and deleted'() {
    await button('Deactivate').click();
    await dialog().getByRole('button', { name: 'Deactivate' }).click();
    await button('Activate', { exact: true }).click();
    await page.getByText('“journey” was activated.').waitFor();
    await page.getByRole('link', { name: 'Edit' }).click();
    await page.getByRole('radio', { name: 'Chosen permissions' }).check();
    await page.getByLabel('Asset: View').check();
    await button('Save').click();
    await page.getByText('1 permission', { exact: true }).waitFor();
    await button('Delete').click();
    await dialog().getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('link', { name: 'asset-sync' }).waitFor();
    assert.equal(await page.getByRole('link', { name: 'journey' }).count(), 0);
  },
});

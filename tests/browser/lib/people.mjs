/** People of a domain, made by the administrator as a script does it. */
import assert from 'node:assert/strict';

/** A domain with its groups. */
export async function makeDomain(api, name = 'Ours') {
  const { id } = await api.post('folders/', { name, create_iam_groups: true });
  return id;
}

/**
 * Somebody in the group of a domain whose name ends so ("Reader", "Respondent"), with a password. `admin` is a session: a token
 * may not set passwords.
 */
export async function makePerson(admin, { email, password }, domain, group) {
  const user = await admin.post('users/', { email });
  const { results } = await admin.get('user-groups/?limit=200');
  const found = results.find((one) => new RegExp(`${domain}.*${group}`).test(one.name ?? one.str));
  assert.ok(found, `a group of ${domain} for ${group}`);
  await admin.post(`user-groups/${found.id}/add-members/`, { users: [user.id] });
  await admin.post('iam/set-password/', {
    user: user.id,
    new_password: password,
    confirm_new_password: password,
  });
  return user;
}

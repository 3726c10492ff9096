/** A domain with a reader, and a framework of our own: what journeys through audits begin with. */
import assert from 'node:assert/strict';
import { Api } from './api.mjs';
import { ADMIN } from './tessera.mjs';

export const READER = { email: 'reader@example.org', password: 'nine mosaics in a row' };
export const REQUIREMENTS = 12;
export const QUESTION = 'urn:journey:risk:question:doors';

/** Of one requirement: answers are given, and decide nothing. */
const QUESTIONS = {
  [`${QUESTION}:1`]: {
    type: 'unique_choice',
    text: 'Of what is it made?',
    choices: ['Oak', 'Iron', 'Glass'].map((value) => ({ urn: `${QUESTION}:1:${value.toLowerCase()}`, value })),
  },
  [`${QUESTION}:2`]: { type: 'boolean', text: 'Is it locked?' },
};

/** Two sections with six requirements each. */
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

export async function prepare(url) {
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

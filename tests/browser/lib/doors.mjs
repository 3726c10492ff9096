/** A domain with a reader, and a framework of our own: what journeys through audits begin with. */
import { Api } from './api.mjs';
import { doors, loadLibrary } from './framework.mjs';
import { makeDomain, makePerson } from './people.mjs';
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
export async function prepare(url) {
  const admin = await Api.signIn(url, ADMIN);
  const folder = await makeDomain(admin);
  await makePerson(admin, READER, 'Ours', 'Reader');
  const api = await admin.withToken();
  const framework = await loadLibrary(api, doors(2, REQUIREMENTS / 2, { 2.6: QUESTIONS }), 'Doors');
  return { api, folder, framework };
}

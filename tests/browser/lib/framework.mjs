/** A framework of our own, loaded from a library: sections with requirements. */
import assert from 'node:assert/strict';

/** "Door 2 of floor 1" and so on: `sections` floors with `each` doors; `questions` of some by their reference. */
export function doors(sections, each, questions = {}) {
  const urn = (name) => `urn:journey:risk:req_node:doors:${name}`;
  const range = (n) => Array.from({ length: n }, (_, i) => i + 1);
  return [
    'urn: urn:journey:risk:library:doors\nlocale: en\nref_id: DOORS\nname: Doors and windows\ndescription: made up',
    'copyright: none\nversion: 1\npublication_date: 2026-01-01\nprovider: Somebody\npackager: journey\nobjects:',
    '  framework:\n    urn: urn:journey:risk:framework:doors\n    ref_id: DOORS\n    name: Doors and windows',
    '    description: made up\n    requirement_nodes:',
    ...range(sections).flatMap((section) => [
      `    - {urn: "${urn(section)}", ref_id: "${section}", name: "Floor ${section}", assessable: false}`,
      ...range(each).map(
        (n) =>
          `    - {urn: "${urn(`${section}.${n}`)}", parent_urn: "${urn(section)}", ref_id: "${section}.${n}", ` +
          `name: "Door ${n} of floor ${section}", description: "It shuts.", assessable: true` +
          (`${section}.${n}` in questions ? `, questions: ${JSON.stringify(questions[`${section}.${n}`])}}` : '}'),
      ),
    ]),
  ].join('\n');
}

/** Loads a library and answers the id of its framework, which is found by `name`. */
export async function loadLibrary(api, text, name) {
  const sent = await fetch(`${api.url}/api/stored-libraries/upload/`, {
    method: 'POST',
    headers: {
      Authorization: `Token ${api.token}`,
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': 'attachment; filename=library.yaml',
    },
    body: text,
  });
  assert.equal(sent.status, 201, await sent.clone().text());
  const { results } = await api.get(`frameworks/?search=${encodeURIComponent(name)}`);
  return results[0].id;
}

/** Frameworks that doors lead to, by a mapping, and one that nothing leads to. */
import { doors } from './framework.mjs';

/** Two gates. */
export const gates = renamed('gates', 'Gate');
/** Two panes. */
export const windows = renamed('panes', 'Pane').replaceAll('Doors and windows', 'Panes');

/** The first door says of the first gate what it says of itself. */
export const DOORS_TO_GATES = `urn: urn:journey:risk:library:doors-to-gates
locale: en
ref_id: DOORS-TO-GATES
name: Doors to gates
description: made up
copyright: none
version: 1
publication_date: 2026-01-01
provider: Somebody
packager: journey
dependencies: ["urn:journey:risk:library:doors", "urn:journey:risk:library:gates"]
objects:
  requirement_mapping_set:
    urn: urn:journey:risk:req_mapping_set:doors-to-gates
    ref_id: DOORS-TO-GATES
    name: Doors to gates
    description: made up
    source_framework_urn: urn:journey:risk:framework:doors
    target_framework_urn: urn:journey:risk:framework:gates
    requirement_mappings:
      - source_requirement_urn: urn:journey:risk:req_node:doors:1.1
        target_requirement_urn: urn:journey:risk:req_node:gates:1.1
        relationship: equal
        strength_of_relationship: 10
`;

function renamed(plural, single) {
  const capital = plural[0].toUpperCase() + plural.slice(1);
  return doors(1, 2)
    .replaceAll('Doors', capital)
    .replaceAll('doors', plural)
    .replaceAll('DOORS', plural.toUpperCase())
    .replaceAll('Door', single);
}

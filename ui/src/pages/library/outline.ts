/** The server's trees as the outline shows them. */
import type { Tree } from '../../api/libraries';
import type { Branch } from '../../components/tree/branch';

export function outline(tree: Tree): Branch[] {
  return Object.entries(tree).map(([id, node]) => {
    const name = [node.ref_id, node.name].filter(Boolean).join(' – ');
    const title = name || (node.node_content ?? '–');
    return {
      id,
      title,
      text: node.description && node.description !== title ? node.description : null,
      note: (node.implementation_groups ?? []).join(', '),
      children: outline(node.children),
    };
  });
}

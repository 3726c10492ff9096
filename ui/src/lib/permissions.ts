/** Permission codenames (`view_asset`) put in order: one line for each kind of object, and those of no kind. */
import { humanise, kindName } from './names.svelte';
import { session } from './session.svelte';

export const PERMISSION_VERBS = ['view', 'add', 'change', 'delete'] as const;
export type PermissionVerb = (typeof PERMISSION_VERBS)[number];
export type PermissionLine = { key: string; name: string; codes: Partial<Record<PermissionVerb, string>> };

export function permissionLines(codenames: string[]): { kinds: PermissionLine[]; special: string[] } {
  const found: Record<string, PermissionLine> = {};
  const special: string[] = [];
  for (const codename of codenames) {
    const [, verb, model] = /^(view|add|change|delete)_(.+)$/.exec(codename) ?? [];
    if (!verb || !model) {
      special.push(codename);
      continue;
    }
    const kind =
      session.byModel(model) ?? session.resources.find((r) => r.permissions.view === `view_${model}`);
    const line = (found[model] ??= {
      key: model,
      name: kind ? kindName(kind) : humanise(model),
      codes: {},
    });
    line.codes[verb as PermissionVerb] = codename;
  }
  // A single "view" of something that is no kind of object stands alone, such as the audit log.
  for (const line of Object.values(found)) {
    if (Object.keys(line.codes).length > 1 || session.byModel(line.key)) continue;
    delete found[line.key];
    special.push(...Object.values(line.codes));
  }
  return { kinds: Object.values(found).sort((a, b) => a.name.localeCompare(b.name)), special };
}

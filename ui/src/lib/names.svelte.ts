/** Names of kinds, fields, and rows. */
import type { Field, Resource, Row } from '../api/types';
import { retrieve } from '../api/resources';
import { builtinName, choiceLabel, plain, said } from './display';
import { tOr } from './i18n.svelte';
import { session } from './session.svelte';

export const kindName = (r: Resource) => tOr(`kind.${r.model}`, r.label);
export const kindPlural = (r: Resource) => tOr(`kinds.${r.model}`, r.plural);
export const fieldName = (f: Field) => tOr(`field.${f.name}`, f.label);
export const moduleName = (module: string) =>
  tOr(`module.${module}`, module.charAt(0).toUpperCase() + module.slice(1).replaceAll('_', ' '));

/** Codes of fields or models that no declaration names, made readable. */
export const humanise = (code: string) => {
  const text = code.replaceAll('_', ' ').replaceAll('-', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
};

/** Kinds that are named by a state say whom and what they are about instead. */
function about(resource: Resource, row: Row): string {
  const links = resource.fields.filter(
    (f) => f.required && (f.kind === 'reference' || f.kind === 'references'),
  );
  const lists = links.sort((a, b) => Number(b.kind === 'references') - Number(a.kind === 'references'));
  return lists
    .map((f) => row[f.name])
    .map((value) => (Array.isArray(value) && value.length > 3 ? '' : plain(value)))
    .filter(Boolean)
    .join(' · ');
}

export function rowName(resource: Resource | undefined, row: Row): string {
  const label = resource?.fields.find((f) => f.name === resource.label_field);
  if (resource && label?.kind === 'choice')
    return about(resource, row) || choiceLabel(label, row[label.name]);
  if (resource && row.builtin === true && typeof row.name === 'string') {
    const builtin = builtinName(resource.path, row.name);
    if (builtin) return builtin;
  }
  const candidates = [
    resource ? row[resource.label_field] : null,
    row.str,
    row.name,
    row.email,
    row.codename,
    row.label,
  ];
  const found = candidates.find((c) => typeof c === 'string' && c.trim() !== '');
  return found ? said(String(found)) : row.id;
}

const known = new Map<string, Promise<string>>();

/** The name of one referenced object, asked once. */
export function referenceName(target: string, id: string): Promise<string> {
  const key = `${target}/${id}`;
  if (!known.has(key)) {
    const asked = retrieve(target, id).then(
      ({ data: row }) => rowName(session.resource(target), row),
      () => id,
    );
    known.set(key, asked);
  }
  return known.get(key)!;
}

export function learnName(target: string, id: string, name: string) {
  known.set(`${target}/${id}`, Promise.resolve(name));
}

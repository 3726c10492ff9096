/** What a list's address means: which rows to ask for, and which columns to show. */
import type { Field, Resource } from '../api/types';
import type { Query } from '../api/transport';
import { t } from './i18n.svelte';
import { recall, remember } from './storage';

export const PAGE_SIZE = 50;

const FILTERABLE = [
  'choice',
  'boolean',
  'reference',
  'references',
  'text',
  'email',
  'date',
  'integer',
  'number',
];

export function filterFields(resource: Resource): Field[] {
  return resource.fields.filter((f) => {
    const link = f.kind === 'reference' || f.kind === 'references';
    return f.filter && FILTERABLE.includes(f.kind) && (!link || !!f.target);
  });
}

/** The request for the rows of an address; unknown parameters of the address are not passed on. */
export function queryOf(resource: Resource, params: URLSearchParams): Query {
  const query: Query = { search: params.get('search'), ordering: params.get('ordering') };
  for (const field of filterFields(resource)) {
    if (params.has(field.name)) query[field.name] = params.getAll(field.name);
  }
  return query;
}

export function pageOf(params: URLSearchParams): number {
  const page = Number(params.get('page'));
  return Number.isInteger(page) && page > 1 ? page : 1;
}

/** Columns that can be shown; the one that names the row comes first and always stays. */
export function listFields(resource: Resource): Field[] {
  const listed = resource.fields.filter(
    (f) => f.list !== false && !['id', 'path', 'str'].includes(f.name) && f.kind !== 'translations',
  );
  // A kind that is named by a state shows that state in a column of its own.
  const first = listed.find((f) => f.name === resource.label_field && f.kind !== 'choice');
  return [first ?? naming(), ...listed.filter((f) => f !== first)];
}

/** Kinds that are named by a computed text, such as role assignments, get a column for it. */
function naming(): Field {
  return { name: 'str', label: t('field.name'), kind: 'text' };
}

/** As the person chose them, else as the kind declares them with those of `also`. */
export function shownColumns(resource: Resource, also: string[] = []): string[] {
  const names = listFields(resource).map((f) => f.name);
  const remembered = recall(`columns.${resource.path}`)?.split(',');
  const wanted =
    remembered ??
    listFields(resource)
      .filter((f) => f.column || also.includes(f.name))
      .map((f) => f.name);
  const shown = names.filter((name, i) => i === 0 || wanted.includes(name));
  return remembered || shown.length > 1 ? shown : names.slice(0, 5);
}

export function rememberColumns(resource: Resource, shown: string[]) {
  remember(`columns.${resource.path}`, shown.join(','));
}

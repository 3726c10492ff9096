/** What a form shows and sends, made from the description of the resource. */
import type { Field, Resource } from '../../api/types';
import { t } from '../../lib/i18n.svelte';
import { same } from '../../lib/merge';

type Values = Record<string, unknown>;
export type Section = { key: string; title: string; fields: Field[] };

const OBJECTIVES = ['security_objectives', 'recovery_objectives'];

/** The server keeps these itself; filling them by hand would only confuse. */
const KEPT = ['date_joined', 'is_local'];

/** Fields one can fill: of an object that is there, those that it shows and that can still change. */
export function writable(resource: Resource, creating = true): Field[] {
  return resource.fields.filter(
    (f) =>
      (creating ? f.write || f.input_only : f.write && !f.create_only) &&
      !f.read_only &&
      (!isLink(f) || !!f.target) &&
      !KEPT.includes(f.name),
  );
}

const isLink = (f: Field) => f.kind === 'reference' || f.kind === 'references';

/** Related fields stand together: what it is, where it belongs, its objectives, the rest. */
export function groups(resource: Resource, creating: boolean): Section[] {
  const fields = writable(resource, creating);
  const isOther = (f: Field) => f.kind === 'json' || f.kind === 'translations';
  const main = fields.filter(
    (f) => f.required || f.input_only || f.name === 'folder' || (!isLink(f) && !isOther(f)),
  );
  const basics = main.filter((f) => !OBJECTIVES.includes(f.kind)).sort((a, b) => rank(a) - rank(b));
  const editor = fields.filter((f) => resource.path === 'roles' && f.name === 'permissions');
  const rest = fields.filter((f) => !main.includes(f) && !editor.includes(f));
  const sections = [
    { key: 'basics', title: '', fields: basics.filter((f) => !editor.includes(f)) },
    { key: 'permissions', title: t('form.permissions'), fields: editor },
    {
      key: 'objectives',
      title: t('form.objectives'),
      fields: fields.filter((f) => OBJECTIVES.includes(f.kind)),
    },
    { key: 'links', title: t('form.links'), fields: rest.filter(isLink) },
    { key: 'other', title: t('form.other'), fields: rest.filter(isOther) },
  ];
  return sections.filter((s) => s.fields.length);
}

const FIRST = [
  'name',
  'email',
  'first_name',
  'last_name',
  'ref_id',
  'description',
  'folder',
  'parent_folder',
  'type',
];

function rank(field: Field): number {
  const at = FIRST.indexOf(field.name);
  if (at >= 0) return at;
  if (field.required) return FIRST.length;
  // What an object is made from, beside what it has to have.
  if (field.input_only) return FIRST.length + 1;
  return field.kind === 'boolean' ? FIRST.length + 3 : FIRST.length + 2;
}

/** The values a new object starts with; the address may set some, such as the folder. */
export function blank(resource: Resource, query: URLSearchParams): Values {
  const values: Values = {};
  for (const field of writable(resource)) {
    if (query.has(field.name)) {
      values[field.name] = field.kind === 'references' ? query.getAll(field.name) : query.get(field.name);
    } else if (field.default !== undefined) values[field.name] = field.default;
  }
  return values;
}

/** What to send: for a new object all that is filled, for an old one all that differs. */
export function changes(resource: Resource, values: Values, before: Values): Values {
  const sent: Values = {};
  for (const field of writable(resource)) {
    if (!(field.name in values) || values[field.name] === undefined) continue;
    if (!same(values[field.name], before[field.name])) sent[field.name] = values[field.name];
  }
  return sent;
}

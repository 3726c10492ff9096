/** Reads the descriptions of resources. Where one name is told twice (as it is written, as it is read), makes it one field. */
import { get } from './transport';
import type { Field, Resource } from './types';

export async function describe(): Promise<Resource[]> {
  const resources = await get<Resource[]>('meta/resources/');
  return resources.map((resource) => ({ ...resource, fields: merged(resource.fields) }));
}

function merged(fields: Field[]): Field[] {
  const byName: Record<string, Field> = {};
  for (const field of fields) {
    const other = byName[field.name];
    byName[field.name] = other ? join(other, field) : field;
  }
  return Object.values(byName);
}

/** The written side knows best what kind of thing it is; what either side can do, the field can do. */
function join(a: Field, b: Field): Field {
  const [written, read] = a.write ? [a, b] : [b, a];
  return {
    ...read,
    ...written,
    target: written.target ?? read.target,
    choices: written.choices ?? read.choices,
    read_only: !!written.read_only && !!read.read_only,
    list: !!(written.list || read.list),
    detail: !!(written.detail || read.detail),
    column: !!(written.column || read.column),
    filter: !!(written.filter || read.filter),
    order: !!(written.order || read.order),
    search: !!(written.search || read.search),
  };
}

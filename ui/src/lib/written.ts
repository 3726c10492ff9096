/** Values of the write shape, which are ids and codes, in words. */
import type { Field } from '../api/types';
import { choiceLabel, isEmpty, plain } from './display';
import { referenceName } from './names.svelte';

export function inWords(field: Field, value: unknown): string | Promise<string> {
  if (isEmpty(value)) return '';
  const { target } = field;
  if (target && (field.kind === 'reference' || field.kind === 'references')) {
    const ids = (Array.isArray(value) ? value : [value]).map(String);
    return Promise.all(ids.map((id) => referenceName(target, id))).then((names) => names.join(', '));
  }
  return field.kind === 'choice' ? choiceLabel(field, value) : plain(value);
}

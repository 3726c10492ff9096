/** Values of read answers as plain text, for CSV, audit entries and titles. */
import type { Field, Ref } from '../api/types';
import { t, tOr } from './i18n.svelte';

/** Built-in things are named by codes that every client says in its own words. */
export function said(text: string): string {
  const known = text.replace(/\bBI-(?:RL|UG)-[A-Z]{3}\b/g, (code) => tOr(`code.${code}`, code));
  if (!/^assetClass[A-Z]/.test(known)) return known;
  const words = known.slice('assetClass'.length).replace(/([a-z])([A-Z])/g, '$1 $2');
  return words.replace(/ [A-Z][a-z]/g, (part) => part.toLowerCase());
}

export function isRef(value: unknown): value is Ref {
  return typeof value === 'object' && value !== null && 'id' in value && 'str' in value;
}

export function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

export function plain(value: unknown): string {
  if (isEmpty(value)) return '';
  if (typeof value === 'boolean') return value ? t('common.yes') : t('common.no');
  if (Array.isArray(value)) return value.map(plain).filter(Boolean).join(', ');
  if (isRef(value)) return said(value.str);
  if (typeof value === 'object') return plainObject(value as Record<string, unknown>);
  return String(value);
}

function plainObject(value: Record<string, unknown>): string {
  if (typeof value.str === 'string') return value.str;
  if (typeof value.name === 'string') return value.name;
  const entries = Object.entries(value);
  if (entries.length === 1 && typeof entries[0]![1] !== 'object') {
    const [name, inner] = entries[0]!;
    return `${tOr(`objective.${name}`, name)}: ${plain(inner)}`;
  }
  return JSON.stringify(value);
}

/** A raw value (a code) by its label where the field has choices. */
export function choiceLabel(field: Field, value: unknown): string {
  const choice = field.choices?.find((c) => String(c.value) === String(value));
  return choice?.label ?? plain(value);
}

/** Values of read answers as plain text, for CSV, audit entries and titles. */
import type { Choice, Field, Ref } from '../api/types';
import { english, i18n, t, tOr } from './i18n.svelte';

/** Built-in things are named by codes that every client says in its own words. */
export function said(text: string): string {
  const known = text.replace(/\bBI-(?:RL|UG)-[A-Z]{3}\b/g, (code) => tOr(`code.${code}`, code));
  if (!/^assetClass[A-Z]/.test(known)) return known;
  const words = known.slice('assetClass'.length).replace(/([a-z])([A-Z])/g, '$1 $2');
  return i18n.choices[`term.${known}`] ?? words.replace(/ [A-Z][a-z]/g, (part) => part.toLowerCase());
}

/** Names that the server gives to things of its own which are no codes by their look: groups of a domain, and terms. */
export function builtinName(path: string, name: string): string | null {
  if (path === 'terminologies') {
    const words = name.replace(/^(accreditation|privacy)_/, '').replace(/([a-z])([A-Z])/g, '$1_$2');
    const own = words.replaceAll('_', ' ').toLowerCase();
    return i18n.choices[`term.${name}`] ?? own.charAt(0).toUpperCase() + own.slice(1);
  }
  if (path !== 'user-groups') return null;
  const [, place, role] = /^(.+) - (.+)$/.exec(name) ?? [];
  const code = ROLES.find((one) => english(`code.${one}`).toLowerCase() === role?.toLowerCase());
  return code ? `${place} - ${tOr(`code.${code}`, role!)}` : null;
}

const ROLES = ['ADM', 'ANA', 'APP', 'AUD', 'DMA', 'ADE', 'TPR', 'TST'].map((end) => `BI-RL-${end}`);

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

/** A choice in the language of the person; its code is the contract's, its label the server's English. */
export function choiceName(field: { name: string }, choice: Choice): string {
  return i18n.choices[`${field.name}.${choice.value}`] ?? choice.label;
}

/** The choice that a value means: writes name it by its code, reads by its code or its label. */
export function choiceOf(field: Field, value: unknown): Choice | undefined {
  const is = (said: unknown) => String(said) === String(value);
  return field.choices?.find((c) => is(c.value)) ?? field.choices?.find((c) => is(c.label));
}

export function choiceLabel(field: Field, value: unknown): string {
  const choice = choiceOf(field, value);
  return choice ? choiceName(field, choice) : plain(value);
}

/** Keyboard keys of the whole interface; the keys page is made from this list. */
import type { Key } from './i18n.svelte';

export const KEYS: { keys: string[]; says: Key }[] = [
  { keys: ['Ctrl', 'K'], says: 'keys.palette' },
  { keys: ['/'], says: 'keys.search' },
  { keys: ['?'], says: 'keys.help' },
  { keys: ['n'], says: 'keys.new' },
  { keys: ['e'], says: 'keys.edit' },
  { keys: ['↑', '↓'], says: 'keys.rows' },
  { keys: ['Enter'], says: 'keys.open' },
  { keys: ['x'], says: 'keys.choose' },
  { keys: ['Ctrl', 'Enter'], says: 'keys.save' },
  { keys: ['Esc'], says: 'keys.close' },
  { keys: ['←', '→'], says: 'keys.auditMove' },
  { keys: ['1', '…', '5'], says: 'keys.auditResult' },
  { keys: ['n'], says: 'keys.auditObservation' },
  { keys: ['Space'], says: 'keys.auditChoose' },
];

export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement;
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}

/** A single letter pressed outside of any field and any dialog. */
export function isCommand(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return false;
  return !isTyping(event) && !document.querySelector('dialog[open]');
}

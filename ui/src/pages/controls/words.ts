/** Words of boards: what a status is called, and when something is late. */
import type { Choice, Row } from '../../api/types';
import { tOr } from '../../lib/i18n.svelte';

export const statusName = (choice: Choice) => tOr(`code.control.${choice.value}`, choice.label);

/** Nothing is late any more once it works, or was given up. */
const SETTLED = ['active', 'deprecated'];

export function isLate(row: Row, status: string, now = new Date()): boolean {
  if (typeof row.eta !== 'string' || SETTLED.includes(status)) return false;
  const two = (n: number) => String(n).padStart(2, '0');
  return row.eta < `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

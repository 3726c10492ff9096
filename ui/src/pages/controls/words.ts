/** Words of boards: what a status is called, and when something is late. */
import type { Choice, Row } from '../../api/types';
import { choiceName } from '../../lib/display';

export const statusName = (choice: Choice) => choiceName({ name: 'status' }, choice);

/** Nothing is late any more once it works, or was given up. */
const SETTLED = ['active', 'deprecated'];

export function isLate(row: Row, status: string, now = new Date()): boolean {
  if (typeof row.eta !== 'string' || SETTLED.includes(status)) return false;
  const two = (n: number) => String(n).padStart(2, '0');
  return row.eta < `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** Dates for people: relative in tables, exact on hover, in the interface's language. */
import { i18n } from './i18n.svelte';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export function exact(at: string | Date): string {
  const date = new Date(at);
  return `${longDay(date)}, ${clock(date)}`;
}

export function longDay(at: string | Date): string {
  return new Intl.DateTimeFormat(i18n.locale, { day: 'numeric', month: 'long', year: 'numeric' }).format(
    new Date(at),
  );
}

export function clock(at: string | Date): string {
  return new Intl.DateTimeFormat(i18n.locale, { hour: '2-digit', minute: '2-digit' }).format(new Date(at));
}

/** "2 Nov", with the year when it is another one. */
export function shortDay(at: string | Date): string {
  const date = new Date(at);
  const year = date.getFullYear() === new Date().getFullYear() ? undefined : 'numeric';
  return new Intl.DateTimeFormat(i18n.locale, { day: 'numeric', month: 'short', year }).format(date);
}

/** "3 minutes ago", "yesterday", "in 27 days"; far dates as a day. */
export function relative(at: string | Date, now = Date.now()): string {
  const date = new Date(at);
  const gap = date.getTime() - now;
  const size = Math.abs(gap);
  const format = new Intl.RelativeTimeFormat(i18n.locale, { numeric: 'auto' });
  if (size < MINUTE) return format.format(0, 'second');
  if (size < HOUR) return format.format(Math.trunc(gap / MINUTE), 'minute');
  if (size < DAY) return format.format(Math.trunc(gap / HOUR), 'hour');
  const far = gap > 0 ? 400 : 45;
  if (size < far * DAY) return format.format(Math.round(gap / DAY), 'day');
  return shortDay(date);
}

export function inDays(at: string, now = Date.now()): number {
  return (new Date(at).getTime() - now) / DAY;
}

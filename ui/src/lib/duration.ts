/** Durations are seconds on the wire and "4 h" for people. */
export const UNITS = { minutes: 60, hours: 3600, days: 86400 } as const;
export type Unit = keyof typeof UNITS;

/** The largest unit that divides the seconds without a rest; odd seconds become a fraction of minutes. */
export function split(seconds: number): { amount: number; unit: Unit } {
  if (seconds > 0 && seconds % UNITS.days === 0) return { amount: seconds / UNITS.days, unit: 'days' };
  if (seconds > 0 && seconds % UNITS.hours === 0) return { amount: seconds / UNITS.hours, unit: 'hours' };
  return { amount: Math.round((seconds / UNITS.minutes) * 100) / 100, unit: 'minutes' };
}

export function join(amount: number, unit: Unit): number {
  return Math.round(amount * UNITS[unit]);
}

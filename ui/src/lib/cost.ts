/** What something costs: to set it up, and each year. */
import { formatNumber, t, tn } from './i18n.svelte';

export type CostPart = { fixed_cost?: number; people_days?: number };
export type Cost = { build?: CostPart; run?: CostPart; currency?: string; amortization_period?: number };
export const PARTS = ['build', 'run'] as const;

/** One line for each half that is not nothing. */
export function costLines(cost: Cost): string[] {
  return PARTS.flatMap((part) => {
    const { fixed_cost: money = 0, people_days: days = 0 } = cost[part] ?? {};
    const said = [
      money ? `${formatNumber(money)} ${cost.currency ?? ''}`.trim() : '',
      days ? tn('cost.daysN', days) : '',
    ].filter(Boolean);
    return said.length ? [`${t(`cost.${part}`)}: ${said.join(' + ')}`] : [];
  });
}

/** What goes with what, as the server has it, so that nothing is offered that it would refuse. */
import type { Level, Result, Verdict, Visibility } from '../../api/audits';

/** The results that a finding goes with; the others go with every result. */
const GOES_WITH: Record<string, Result[]> = {
  major_nonconformity: ['non_compliant', 'partially_compliant'],
  minor_nonconformity: ['non_compliant', 'partially_compliant'],
  good_practice: ['compliant'],
};

export function fits(result: Result, finding: string | null | undefined): boolean {
  return GOES_WITH[finding ?? '']?.includes(result) ?? true;
}

/** What a chosen result changes: a finding that does not go with it goes. */
export function decision(result: Result, now: Partial<Verdict> | undefined): Partial<Verdict> {
  return fits(result, now?.extended_result) ? { result } : { result, extended_result: null };
}

/** What the audit lets its auditors do with a field. */
export const levelOf = (visibility: Visibility | undefined, field: string): Level =>
  visibility?.[field]?.auditor ?? 'edit';

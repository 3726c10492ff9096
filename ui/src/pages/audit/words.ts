/** Results and states of requirements: their order, words and signs. A sign is never told by its colour alone. */
import type { Question, Result } from '../../api/audits';
import { plain } from '../../lib/display';
import { t, tOr, type Key } from '../../lib/i18n.svelte';
import { humanise } from '../../lib/names.svelte';

/** In the order of the digits 1 to 5. */
export const RESULTS: Result[] = [
  'compliant',
  'partially_compliant',
  'non_compliant',
  'not_applicable',
  'not_assessed',
];
export const STATES = ['to_do', 'in_progress', 'in_review', 'done'] as const;
export const EXTENDED = [
  'major_nonconformity',
  'minor_nonconformity',
  'observation_sensitive_point',
  'opportunity_for_improvement',
  'good_practice',
] as const;

export const resultName = (code: string) => tOr(`assessment.result.${code}`, humanise(code));
export const stateName = (code: string) => tOr(`assessment.state.${code}`, humanise(code));
export const extendedName = (code: string) => tOr(`assessment.extended.${code}`, humanise(code));
/** Of the audit itself, not of a requirement. */
export const auditStatusName = (code: string) => tOr(`assessment.status.${code}`, humanise(code));

/** The custom property that colours a code in charts. */
export const COLOURS: Record<string, string> = {
  compliant: '--result-compliant',
  partially_compliant: '--result-partial',
  non_compliant: '--result-non',
  not_applicable: '--result-na',
  not_assessed: '--result-none',
  to_do: '--result-none',
  in_progress: '--result-partial',
  in_review: '--info',
  done: '--result-compliant',
  not_set: '--result-none',
  major_nonconformity: '--result-non',
  minor_nonconformity: '--result-partial',
  observation_sensitive_point: '--warn',
  opportunity_for_improvement: '--info',
  good_practice: '--result-compliant',
};

const LABELS: Record<string, Key> = {
  result: 'assessment.resultLabel',
  status: 'assessment.stateLabel',
  extended_result: 'assessment.extendedLabel',
  is_scored: 'assessment.scored',
  score: 'assessment.scoreLabel',
  documentation_score: 'assessment.documentationScore',
  observation: 'assessment.observation',
};
const SAY: Record<string, (code: string) => string> = {
  result: resultName,
  status: stateName,
  extended_result: extendedName,
};
export const decidedLabel = (field: string) => (LABELS[field] ? t(LABELS[field]) : field);

/** What is decided in a field, in words. */
export function decidedText(field: string, value: unknown): string {
  return value && SAY[field] ? SAY[field](String(value)) : plain(value);
}

/** An answer in the words of its question. */
export function answerText(question: Question | undefined, value: unknown): string {
  const one = (given: unknown) =>
    question?.choices?.find((choice) => choice.urn === given)?.value ??
    (given === 'true' || given === 'false' ? plain(given === 'true') : plain(given));
  return Array.isArray(value) ? value.map(one).join(', ') : one(value);
}

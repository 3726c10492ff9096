/** Frameworks: what all their audits say, beside each other. */
import type { Result } from './audits';
import { get } from './transport';
import type { Ref } from './types';

/** What is hidden from the reader is null. */
export type Numbers = {
  total_assessable: number;
  results: Record<Result, number> | null;
  /** Percent of what applies. */
  compliance: number | null;
  maturity_score: number | null;
};
export type ReportSection = {
  urn: string;
  ref_id: string | null;
  name: string | null;
  parent_urn: string | null;
};
export type ReportedAudit = Numbers & {
  id: string;
  name: string;
  version: string | null;
  status: string | null;
  folder: Ref;
  progress: number;
  max_score: number;
  score_calculation_method: string;
  /** By urn; a section in which nothing counts is not there. */
  sections: Record<string, Numbers>;
};
export type FrameworkReport = { framework: { sections: ReportSection[] }; audits: ReportedAudit[] };

export const frameworkReport = (id: string) => get<FrameworkReport>(`frameworks/${id}/report/`);

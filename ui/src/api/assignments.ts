/** Assignments: requirements of an audit that somebody has to answer, and how far that has come. */
import { call } from './transport';
import type { Page, Ref, Row } from './types';

export type Status = 'draft' | 'in_progress' | 'submitted' | 'closed' | 'changes_requested';
export type Step = {
  id: string;
  event_type: Status;
  /** Nobody where the person may not be seen. */
  event_actor: Ref | null;
  event_notes: string | null;
  created_at: string;
};
export type Assignment = Row & {
  actor: Ref[];
  requirement_assessments: Ref[];
  /** The newest first. */
  events: Step[];
  folder: Ref;
  status: Status;
};
/** One row for each assignment of the person who asks. */
export type Mine = {
  /** Of the audit. */
  id: string;
  assignment_id: string;
  name: string;
  folder: Ref;
  framework: Ref | null;
  assignment_status: Status;
  total_requirements: number;
  assessed_requirements: number;
  progress_percent: number;
};

const PATH = 'requirement-assignments';

export const assignmentsOf = async (audit: string) =>
  (
    await call<Page<Assignment>>('GET', `${PATH}/`, {
      query: { compliance_assessment: audit, limit: 1000 },
    })
  ).data.results;

export const assignedToMe = async () =>
  (await call<Mine[]>('GET', 'compliance-assessments/auditee-dashboard/')).data;

/** Whether the person sees of this audit no more than what is assigned to them. */
export const isAuditee = async (audit: string) =>
  (await call<{ is_auditee: boolean }>('GET', `compliance-assessments/${audit}/is-auditee/`)).data.is_auditee;

type Wanted = { actor: string[]; requirement_assessments: string[] };
export const assign = async (audit: string, wanted: Wanted) =>
  (await call<Row>('POST', `${PATH}/`, { body: { compliance_assessment: audit, ...wanted } })).data;
export const reassign = async (id: string, wanted: Partial<Wanted>) =>
  (await call<Row>('PATCH', `${PATH}/${id}/`, { body: wanted })).data;
export const unassign = (id: string) => call('DELETE', `${PATH}/${id}/`);

/** Takes an assignment to its next status. Sending back needs words. */
export const step = (id: string, status: Status, observation?: string) =>
  call('POST', `${PATH}/${id}/set_status/`, {
    body: { status, ...(observation ? { reviewer_observation: observation } : {}) },
  });

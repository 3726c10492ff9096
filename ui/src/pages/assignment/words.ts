/** Statuses of assignments: their words, and who may take which step. */
import type { Assignment, Status } from '../../api/assignments';
import { t, tOr, type Key } from '../../lib/i18n.svelte';
import { humanise } from '../../lib/names.svelte';
import { session } from '../../lib/session.svelte';

export const statusName = (status: Status) => tOr(`code.assignment.${status}`, humanise(status));
/** What somebody did by taking it there. What was accepted before is opened again. */
export const deedName = (status: Status, before?: Status) =>
  before === 'closed' ? t('assignment.reopened') : tOr(`code.deed.${status}`, humanise(status));

export const TONES: Record<Status, string> = {
  draft: '',
  in_progress: '',
  submitted: 'warn',
  changes_requested: 'bad',
  closed: 'good',
};

export type NextStep = { to: Status; label: Key; main: boolean };
const START: NextStep = { to: 'in_progress', label: 'assignment.start', main: true };
const HAND_IN: NextStep = { to: 'submitted', label: 'assignment.handIn', main: true };
const SEND_BACK: NextStep = { to: 'changes_requested', label: 'assignment.sendBack', main: false };
const ACCEPT: NextStep = { to: 'closed', label: 'assignment.accept', main: true };
const REOPEN: NextStep = { to: 'submitted', label: 'assignment.reopen', main: false };

/** As the server has it: whoever assesses starts, accepts, sends back and opens again; whoever answers hands in. */
export function nextSteps(assignment: Assignment, reviews: boolean): NextStep[] {
  switch (assignment.status) {
    case 'draft':
      return reviews ? [START] : [];
    case 'in_progress':
    case 'changes_requested':
      return isMine(assignment) && mayStep(assignment) ? [HAND_IN] : [];
    case 'submitted':
      return reviews ? [SEND_BACK, ACCEPT] : [];
    case 'closed':
      return reviews ? [REOPEN] : [];
  }
}

export const mayStep = (assignment: Assignment) =>
  session.can('transition_requirementassignment', assignment.folder.id);

export function isMine(assignment: Assignment): boolean {
  const own = session.user?.all_actor_ids ?? [];
  return assignment.actor.some((actor) => own.includes(actor.id));
}

/** Answers cannot be changed while they lie with the auditor. */
export const isHandedIn = (assignment: Assignment) =>
  assignment.status === 'submitted' || assignment.status === 'closed';
/** Who answers what is settled once answers were handed in. */
export const isOpen = (assignment: Assignment) =>
  assignment.status === 'draft' || assignment.status === 'in_progress';

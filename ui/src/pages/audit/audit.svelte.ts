/** One audit as its pages hold it: its head, its requirements, and what waits to be saved. */
import { ApiError, explain } from '../../api/errors';
import { audit as readAudit, auditTree, type Audit } from '../../api/audits';
import { learnName } from '../../lib/names.svelte';
import { session } from '../../lib/session.svelte';
import { Savings } from './saving.svelte';
import { Sheet } from './sheet.svelte';

const SETTLE = 500;

export class AuditState {
  head = $state.raw<Audit | null>(null);
  missing = $state(false);
  problem = $state('');
  ready = $state(false);
  readonly sheet = new Sheet();
  readonly savings = new Savings((id, saved, changes) => {
    this.sheet.learn(id, saved);
    // An answer can switch groups of requirements on and off; then the tree is another one.
    this.refresh('answers' in changes);
  });
  /** Everything the person had to answer lies with the auditor. */
  handedIn = $state(false);
  readonly mayEdit = $derived(
    !!this.head &&
      !this.head.is_locked &&
      !this.handedIn &&
      session.can('change_requirementassessment', this.head.folder.id),
  );
  private timer: ReturnType<typeof setTimeout> | undefined;
  private wholeTree = false;

  constructor(readonly id: string) {}

  async load() {
    this.problem = '';
    try {
      const [head, tree] = await Promise.all([readAudit(this.id), auditTree(this.id)]);
      this.head = head;
      this.sheet.fill(tree);
      this.ready = true;
      learnName('compliance-assessments', this.id, head.name);
    } catch (error) {
      this.missing = error instanceof ApiError && error.status === 404;
      if (!this.missing) this.problem = explain(error);
    }
  }

  /** Reads the numbers again, once after many changes. */
  refresh(tree = false) {
    this.wholeTree ||= tree;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.settle(), SETTLE);
  }

  private async settle() {
    const whole = this.wholeTree;
    this.wholeTree = false;
    try {
      const [head, tree] = await Promise.all([readAudit(this.id), whole ? auditTree(this.id) : null]);
      this.head = head;
      if (tree) this.sheet.fill(tree);
    } catch {
      // The numbers stay as they were; what is decided is saved and says so itself. A tree that is another one is still wanted.
      this.wholeTree ||= whole;
    }
  }
}

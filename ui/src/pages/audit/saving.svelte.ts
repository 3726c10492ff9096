/**
 * Saves one requirement as it is decided. What could not be saved is kept and sent again with the next change, on request,
 * or once the network is back: nothing typed is lost while the page is open.
 */
import { ApiError, explain } from '../../api/errors';
import { assess, type Answer, type Verdict } from '../../api/audits';
import type { Row } from '../../api/types';

type Changes = Record<string, unknown>;
type Answers = Record<string, Answer>;
export type Saved = Partial<Verdict> & Row;

const PAUSE = 700;

export class Saving {
  state = $state<'clean' | 'waiting' | 'saving' | 'saved' | 'failed'>('clean');
  why = $state('');
  /** What is not on the server yet. */
  pending = $state.raw<Changes>({});
  /** Answers that the server has taken since the requirement was read. */
  answered = $state.raw<Answers>({});
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> | null = null;

  constructor(
    readonly id: string,
    private readonly told: (saved: Saved, changes: Changes) => void,
    private readonly touched: (saving: Saving) => void,
  ) {}

  get dirty(): boolean {
    return Object.keys(this.pending).length > 0;
  }

  /** Saves at once, or after a pause in typing. */
  put(changes: Changes, { soon = false } = {}) {
    this.touched(this);
    this.pending = { ...this.pending, ...changes };
    this.state = 'waiting';
    clearTimeout(this.timer);
    if (soon) this.timer = setTimeout(() => void this.flush(), PAUSE);
    else void this.flush();
  }

  /** Sends what waits; answers once it is on the server or was refused. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    // Several may wait: the first of them sends, and the others wait for that one too.
    while (this.running) await this.running;
    if (!this.dirty) return;
    this.running = this.send();
    await this.running;
    this.running = null;
  }

  /** Lets go of choices that the server refuses, such as one that does not go with another. What was typed stays. */
  drop() {
    const { observation } = this.pending;
    this.pending = observation === undefined ? {} : { observation };
    this.state = 'clean';
    this.why = '';
    if (this.dirty) void this.flush();
  }

  /** The requirement was read again and has the answers that were known as `before`; later ones stay. */
  forget(before: Answers) {
    if (this.answered === before) this.answered = {};
  }

  private async send() {
    const sent = this.pending;
    this.state = 'saving';
    try {
      this.done(sent, await assess(this.id, sent));
      this.state = this.dirty ? 'waiting' : 'saved';
      this.why = '';
    } catch (error) {
      // A choice that is refused does not hold back what was typed beside it.
      if (error instanceof ApiError && error.status === 400) await this.sendText(sent);
      this.state = 'failed';
      this.why = sayWhy(error);
    }
  }

  private async sendText(sent: Changes) {
    if (sent.observation === undefined || Object.keys(sent).length === 1) return;
    const text = { observation: sent.observation };
    await assess(this.id, text).then(
      (saved) => this.done(text, saved),
      () => undefined, // what it waits for is said already
    );
  }

  /** What was typed in the meantime stays; what was sent unchanged is done. */
  private done(sent: Changes, saved: Saved) {
    this.pending = Object.fromEntries(
      Object.entries(this.pending).filter(([name, value]) => !(name in sent) || sent[name] !== value),
    );
    if (sent.answers) this.answered = { ...this.answered, ...(sent.answers as Answers) };
    this.told(saved, sent);
  }
}

/** The reasons that stand at fields, where the server names some. */
export function sayWhy(error: unknown): string {
  const fields = error instanceof ApiError ? Object.values(error.fields) : [];
  return fields.join(' ') || explain(error);
}

/** All requirements that were touched on this page, so that moving to another one loses nothing. */
export class Savings {
  private readonly known = new Map<string, Saving>();
  private touched = $state.raw<Saving[]>([]);
  readonly failed = $derived(this.touched.filter((saving) => saving.state === 'failed'));
  readonly dirty = $derived(this.touched.some((saving) => saving.dirty));

  constructor(private readonly told: (id: string, saved: Saved, changes: Changes) => void) {}

  /** Asked while a page is drawn, so nothing that a page depends on changes here. */
  of(id: string): Saving {
    const known = this.known.get(id);
    if (known) return known;
    const made = new Saving(
      id,
      (saved, changes) => this.told(id, saved, changes),
      (saving) => {
        if (!this.touched.includes(saving)) this.touched = [...this.touched, saving];
      },
    );
    this.known.set(id, made);
    return made;
  }

  retry() {
    this.touched.filter((saving) => saving.dirty).forEach((saving) => void saving.flush());
  }
}

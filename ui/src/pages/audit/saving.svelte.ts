/**
 * Saves one requirement as it is decided. What could not be saved is kept and sent again with the next change, on request,
 * or once the network is back: nothing typed is lost while the page is open. What somebody else wrote in the meantime is
 * not written over: it goes together where it can, and stands beside one's own where it cannot.
 */
import { ApiError, explain, isOutdated } from '../../api/errors';
import { assess, assessment, type Answer, type Assessment, type Verdict } from '../../api/audits';
import type { Row } from '../../api/types';
import { clashes, same, type Values } from '../../lib/merge';

type Answers = Record<string, Answer>;
export type Saved = Partial<Verdict> & Row;

const PAUSE = 700;
/** How often a save is begun anew because others save at the same time. */
const TRIES = 5;
/** One decision each: a finding goes with its result, a score with whether there is one. */
const TOGETHER = [
  ['result', 'extended_result'],
  ['is_scored', 'score', 'documentation_score'],
];
const FIELDS = [...TOGETHER.flat(), 'status', 'observation'];
/** Each answer is a field of its own under this and the question. */
const ANSWER = 'answers/';

export class Saving {
  state = $state<'clean' | 'waiting' | 'saving' | 'saved' | 'failed' | 'clash'>('clean');
  why = $state('');
  /** What is not on the server yet. */
  pending = $state.raw<Values>({});
  /** Answers that the server has taken since the requirement was read. */
  answered = $state.raw<Answers>({});
  /** The observation as it stands on the page. */
  text = $state('');
  /** What somebody else wrote where the person wrote too, by field: one of the two has to be chosen. */
  theirs = $state.raw<Values>({});
  /** Somebody else's changes came in beside one's own. */
  joined = $state(false);
  /** Counts the saves, so that what was read before one is not taken for what is after it. */
  saves = 0;
  /** What the server had when it was last heard of, and its version. */
  private base: Values | null = null;
  private etag: string | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> | null = null;

  constructor(
    readonly id: string,
    private readonly told: (saved: Saved, changes: Values) => void,
    private readonly touched: (saving: Saving) => void,
  ) {}

  get dirty(): boolean {
    return Object.keys(this.pending).length > 0;
  }

  get clashing(): boolean {
    return Object.keys(this.theirs).length > 0;
  }

  /** What the person wrote where somebody else wrote too. */
  get mine(): Values {
    const pending = flat(this.pending);
    return Object.fromEntries(Object.keys(this.theirs).map((name) => [name, pending[name]]));
  }

  /** Takes over what a page has just read. */
  learn(row: Assessment, etag: string | null) {
    const theirs = read(row);
    const base = this.base ?? theirs;
    if (!('observation' in this.pending) && (!this.base || !same(base.observation, theirs.observation)))
      this.text = String(theirs.observation ?? '');
    const pending = flat(this.pending);
    const found = clashes(pending, base, theirs, TOGETHER);
    const still = Object.keys(this.theirs).filter(
      (name) => name in pending && !same(theirs[name], pending[name]),
    );
    this.theirs = Object.fromEntries([...still, ...found].map((name) => [name, theirs[name]]));
    this.base = theirs;
    this.etag = etag;
    if (this.clashing) {
      this.touched(this);
      this.state = 'clash';
    } else if (this.state === 'clash') this.state = this.dirty ? 'waiting' : 'clean';
  }

  /** What the page shows of it while it has not been read: what is decided meanwhile is decided on that. */
  assume(shown: Values) {
    this.base ??= { ...shown };
  }

  /** Saves at once, or after a pause in typing. */
  put(changes: Values, { soon = false } = {}) {
    this.touched(this);
    this.pending = { ...this.pending, ...changes };
    if (changes.observation !== undefined) this.text = String(changes.observation);
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
    const left = Object.entries(this.theirs).filter(([name]) => name in this.pending);
    this.theirs = Object.fromEntries(left);
    this.state = this.clashing ? 'clash' : 'clean';
    this.why = '';
    if (this.dirty) void this.flush();
  }

  /** One's own goes over what somebody else wrote. */
  async keepMine() {
    this.theirs = {};
    await this.flush();
  }

  /** What somebody else wrote stays; answers how to have one's own back. */
  async takeTheirs(): Promise<() => void> {
    const mine = this.mine;
    const theirs = this.theirs;
    const rest = Object.entries(flat(this.pending)).filter(([name]) => !(name in theirs));
    this.pending = deep(Object.fromEntries(rest));
    if ('observation' in theirs) this.text = String(theirs.observation ?? '');
    const { answers } = deep(theirs);
    this.answered = { ...this.answered, ...(answers as Answers | undefined) };
    this.theirs = {};
    this.state = this.dirty ? 'waiting' : 'saved';
    await this.flush();
    return () => {
      const { answers, ...others } = deep(mine);
      const more = answers
        ? { answers: { ...(this.pending.answers as Answers), ...(answers as Answers) } }
        : {};
      this.put({ ...others, ...more });
    };
  }

  /** The requirement was read again and has the answers that were known as `before`; later ones stay. */
  forget(before: Answers) {
    if (this.answered === before) this.answered = {};
  }

  /** Without what has to be chosen first, and what is one decision with it. */
  private ready(): Values {
    const held = new Set(Object.keys(this.theirs));
    for (const group of TOGETHER)
      if (group.some((name) => held.has(name))) group.forEach((name) => held.add(name));
    return deep(Object.fromEntries(Object.entries(flat(this.pending)).filter(([name]) => !held.has(name))));
  }

  private async send() {
    this.joined = false;
    this.saves++;
    try {
      await this.sendAll();
      this.state = this.clashing ? 'clash' : this.dirty ? 'waiting' : 'saved';
      this.why = '';
    } catch (error) {
      this.state = 'failed';
      this.why = sayWhy(error);
    }
    this.saves++;
  }

  private async sendAll() {
    // Nothing is written over what was never seen.
    if (!this.etag) await this.begin();
    for (let tries = 1; ; tries++) {
      const sent = this.ready();
      if (!Object.keys(sent).length) return;
      this.state = 'saving';
      try {
        return this.done(sent, await assess(this.id, sent, this.etag));
      } catch (error) {
        // A choice that is refused does not hold back what was typed beside it.
        if (error instanceof ApiError && error.status === 400) await this.sendText(sent);
        if (!isOutdated(error) || tries === TRIES) throw error;
        await this.meet();
      }
    }
  }

  /** Decided before it was read: it is read first. */
  private async begin() {
    const { data, etag } = await assessment(this.id);
    this.learn(data, etag);
    this.told(data, {});
  }

  /** Somebody else was quicker: what they wrote is read, and goes with what is written here as far as it can. */
  private async meet() {
    const before = this.base ?? {};
    const { data, etag } = await assessment(this.id);
    this.learn(data, etag);
    // A link more is another version too, and says nothing of what is decided.
    this.joined ||= Object.entries(this.base ?? {}).some(([name, value]) => !same(value, before[name]));
    this.answered = { ...this.answered, ...(deep(read(data)).answers as Answers | undefined) };
    this.told(data, {});
  }

  private async sendText(sent: Values) {
    if (sent.observation === undefined || Object.keys(sent).length === 1) return;
    const text = { observation: sent.observation };
    await assess(this.id, text, this.etag).then(
      (saved) => this.done(text, saved),
      () => undefined, // what it waits for is said already
    );
  }

  /** What was typed in the meantime stays; what was sent unchanged is done. */
  private done(sent: Values, { data: saved, etag }: { data: Saved; etag: string | null }) {
    const [given, now] = [flat(sent), flat(this.pending)];
    const left = Object.entries(now).filter(([name, value]) => !(name in given) || given[name] !== value);
    this.pending = deep(Object.fromEntries(left));
    if (sent.answers) this.answered = { ...this.answered, ...(sent.answers as Answers) };
    const kept = Object.entries(saved).filter(([name]) => FIELDS.includes(name));
    this.know({ ...given, ...Object.fromEntries(kept) });
    if (this.base) this.etag = etag;
    this.told(saved, sent);
  }

  /** What was set elsewhere on the page is nobody else's. The version stays: others may have written before it. */
  know(given: Values) {
    if (this.base) this.base = { ...this.base, ...given };
  }
}

/** What can be decided of a requirement, each answer on its own. */
function read(row: Assessment): Values {
  const { answers } = row;
  const own = Object.entries(row).filter(([name]) => FIELDS.includes(name));
  return flat({ ...Object.fromEntries(own), ...(answers && { answers }) });
}

function flat({ answers, ...fields }: Values): Values {
  const each = Object.entries((answers ?? {}) as Answers).map(([urn, value]) => [ANSWER + urn, value]);
  return { ...fields, ...(Object.fromEntries(each) as Answers) };
}

function deep(fields: Values): Values {
  const is = ([name]: [string, unknown]) => name.startsWith(ANSWER);
  const all = Object.entries(fields);
  const answers = all.filter(is).map(([name, value]) => [name.slice(ANSWER.length), value]);
  const rest = Object.fromEntries(all.filter((one) => !is(one)));
  return answers.length ? { ...rest, answers: Object.fromEntries(answers) as Answers } : rest;
}

/** The question that a field is the answer to. */
export const questionOf = (field: string) => (field.startsWith(ANSWER) ? field.slice(ANSWER.length) : null);

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
  /** Those in which somebody else wrote at the same time. */
  readonly clashing = $derived(this.touched.filter((saving) => saving.clashing));
  readonly dirty = $derived(this.touched.some((saving) => saving.dirty));

  constructor(private readonly told: (id: string, saved: Saved, changes: Values) => void) {}

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

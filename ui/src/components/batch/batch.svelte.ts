/**
 * Several things of one kind, one after the other: files on their way to the server, rows to be changed. More that come
 * meanwhile wait their turn; each has its outcome, none is let go silently, and what was not done can be tried again.
 */
import { isAbort } from '../../api/errors';

export type Watch = { signal: AbortSignal; onsent: (sent: number, of: number) => void };
type Send<I, T> = (item: I, watch: Watch) => Promise<T>;
type Line<I, T> = {
  readonly item: I | null;
  readonly name: string;
  readonly send: Send<I, T> | null;
  readonly state: 'waiting' | 'going' | 'done' | 'failed' | 'left';
  /** Why it failed, or what is worth saying of what it became. */
  readonly said: string;
};

export class Batch<I extends { name: string }, T> {
  lines = $state.raw<Line<I, T>[]>([]);
  /** How much of the one that goes has left, from 0 to 1. */
  private share = $state(0);
  private stopper: AbortController | null = null;
  private last: Promise<unknown> = Promise.resolve();

  readonly refused = $derived(this.lines.filter((line) => line.state === 'failed'));
  /** Those that can be tried again: refused, or left because the person stopped. */
  readonly undone = $derived(
    this.lines.filter((line) => line.send && (line.state === 'failed' || line.state === 'left')),
  );
  readonly waiting = $derived(this.lines.filter((line) => line.state === 'waiting').length);
  /** Which of how many goes, and how far all are; nothing once all are through. */
  readonly progress = $derived.by(() => {
    const of = this.lines.length;
    const now = this.lines.find((line) => line.state === 'going') ?? this.lines.find(isWaiting);
    if (!now) return null;
    const through = this.lines.filter((line) => line.state !== 'going' && !isWaiting(line)).length;
    const percent = Math.floor(((through + this.share) / of) * 100);
    return { at: through + 1, of, name: now.name, percent, sent: Math.floor(this.share * 100) };
  });

  /** `tell` says what is worth saying of what became of one. */
  constructor(
    private readonly explain: (error: unknown) => string,
    private readonly tell: (made: T) => string = () => '',
    /** Whether one that goes can be called back. */
    private readonly recall = false,
  ) {}

  /** Whether stopping would keep anything from being done. */
  get canStop(): boolean {
    return this.waiting > 0 || (this.recall && !!this.progress && this.share < 1);
  }

  /** Does each and answers what was made of those that went well, once all of these are through. */
  add(items: I[], send: Send<I, T>): Promise<T[]> {
    const first = this.lines.length;
    const more = items.map((item): Line<I, T> => ({
      item,
      name: item.name,
      send,
      state: 'waiting',
      said: '',
    }));
    this.lines = [...this.lines, ...more];
    return this.queue(items.map((_, at) => first + at));
  }

  /** Does again what was not done: one of it, or all. */
  retry(only?: Line<I, T>): Promise<T[]> {
    const again = only ? [only] : this.undone;
    const places = again.map((line) => this.lines.indexOf(line)).filter((at) => at >= 0);
    for (const at of places) this.put(at, { state: 'waiting', said: '' });
    return this.queue(places);
  }

  /** Tells of one that was never begun. */
  refuse(name: string, error: unknown) {
    const line: Line<I, T> = { item: null, name, send: null, state: 'failed', said: this.explain(error) };
    this.lines = [...this.lines, line];
  }

  /** The rest is not begun. What is on its way is called back as long as the server does not have it whole. */
  stop() {
    this.lines = this.lines.map((line) => (isWaiting(line) ? { ...line, state: 'left' } : line));
    this.stopper?.abort();
  }

  /** Lets go of what became of those before. */
  forget() {
    if (!this.progress) this.lines = [];
  }

  private queue(places: number[]): Promise<T[]> {
    const mine = this.last.then(() => this.run(places));
    this.last = mine;
    return mine;
  }

  private async run(places: number[]): Promise<T[]> {
    const made: T[] = [];
    for (const at of places) {
      const line = this.lines[at];
      // It may have been stopped while it waited.
      if (!line?.item || !line.send || !isWaiting(line)) continue;
      this.share = 0;
      this.stopper = new AbortController();
      this.put(at, { state: 'going' });
      try {
        const onsent = (sent: number, of: number) => (this.share = of ? sent / of : 0);
        const one = await line.send(line.item, { signal: this.stopper.signal, onsent });
        made.push(one);
        this.put(at, { state: 'done', said: this.tell(one) });
      } catch (error) {
        this.put(at, isAbort(error) ? { state: 'left' } : { state: 'failed', said: this.explain(error) });
      }
      this.share = 0;
    }
    return made;
  }

  private put(at: number, change: Partial<Line<I, T>>) {
    this.lines = this.lines.map((line, place) => (place === at ? { ...line, ...change } : line));
  }
}

const isWaiting = (line: { state: string }) => line.state === 'waiting';

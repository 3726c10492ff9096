/** A board as its page holds it: one list of the server for each column, and the cards that are moved between them. */
import { SvelteSet } from 'svelte/reactivity';
import { explain, isAbort } from '../../api/errors';
import { list } from '../../api/resources';
import type { Query } from '../../api/transport';
import type { Choice, Field, Resource, Row } from '../../api/types';
import { change, Meanwhile } from '../../components/meanwhile/meanwhile';

/** Cards of a column that are read at once. */
const PORTION = 20;

type Place = { row: Row; at: number; wasRead: boolean };

export class Column {
  rows = $state.raw<Row[]>([]);
  count = $state(0);
  ready = $state(false);
  busy = $state(false);
  problem = $state('');
  readonly more = $derived(this.count > this.rows.length);
  readonly value: string;
  private query: Query = {};
  /** Cards that came from the server in its order; one that was moved here is elsewhere in that order. */
  private readonly read = new Set<string>();
  private asked: AbortController | null = null;

  constructor(
    private readonly path: string,
    private readonly field: string,
    readonly choice: Choice,
  ) {
    this.value = String(choice.value);
  }

  /** The first cards. Those of the question before stay until they are there. */
  async load(query: Query) {
    this.query = query;
    await this.ask(0, (rows) => {
      this.read.clear();
      this.rows = rows;
    });
  }

  async next() {
    await this.ask(this.read.size, (rows) => {
      const known = new Set(this.rows.map((row) => row.id));
      this.rows = [...this.rows, ...rows.filter((row) => !known.has(row.id))];
    });
  }

  /** Takes a card out; the place is where it can be put back. */
  take(id: string): Place | null {
    const at = this.rows.findIndex((row) => row.id === id);
    const row = this.rows[at];
    if (!row) return null;
    this.rows = this.rows.filter((other) => other.id !== id);
    this.count--;
    return { row, at, wasRead: this.read.delete(id) };
  }

  put({ row, at, wasRead }: Place) {
    this.rows = [...this.rows.slice(0, at), row, ...this.rows.slice(at)];
    this.count++;
    if (wasRead) this.read.add(row.id);
  }

  forget() {
    this.asked?.abort();
  }

  private async ask(offset: number, take: (rows: Row[]) => void) {
    this.asked?.abort();
    const asked = (this.asked = new AbortController());
    this.busy = true;
    const query = { ...this.query, [this.field]: this.value, limit: PORTION, offset };
    try {
      const page = await list(this.path, query, asked.signal);
      take(page.results);
      page.results.forEach((row) => this.read.add(row.id));
      this.count = page.count;
      this.ready = true;
      this.problem = '';
    } catch (error) {
      if (isAbort(error)) return;
      this.problem = explain(error);
    }
    if (this.asked === asked) this.busy = false;
  }
}

export class Board {
  readonly columns: Column[];
  /** Cards whose move the server has not confirmed yet. */
  readonly moving = new SvelteSet<string>();
  private query: Query = {};
  private shown: Column[] = [];

  constructor(
    private readonly resource: Resource,
    private readonly field: Field,
  ) {
    this.columns = (field.choices ?? []).map((choice) => new Column(resource.path, field.name, choice));
  }

  load(query: Query, shown: Column[]) {
    this.query = query;
    this.shown = shown;
    shown.forEach((column) => void column.load(query));
  }

  forget() {
    this.columns.forEach((column) => column.forget());
  }

  columnOf(id: string): Column | undefined {
    return this.columns.find((column) => column.rows.some((row) => row.id === id));
  }

  /**
   * Shows the card in its new column at once, and back where it was when the server refuses. Where somebody else has moved it
   * meanwhile, it goes where they put it.
   */
  async move(id: string, to: Column) {
    const from = this.columnOf(id);
    if (!from || from === to || this.moving.has(id)) return;
    const place = from.take(id);
    if (!place) return;
    const query = this.query;
    to.put({ row: place.row, at: 0, wasRead: false });
    this.moving.add(id);
    try {
      await change(this.resource.path, id, this.field.name, [from.choice.value, to.choice.value]);
    } catch (error) {
      const theirs =
        error instanceof Meanwhile && this.columns.find((one) => one.value === String(error.theirs));
      if (query === this.query && to.take(id)) {
        if (theirs) theirs.put({ row: place.row, at: 0, wasRead: false });
        else from.put(place);
      }
      throw error;
    } finally {
      this.moving.delete(id);
      // Another question was asked meanwhile: its answer may be older than the move.
      if (query !== this.query) this.load(this.query, this.shown);
    }
  }
}

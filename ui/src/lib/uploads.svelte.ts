/** Files on their way to the server, one after the other. More that come meanwhile wait their turn; none is let go silently. */
export type Refused = { name: string; why: string };

export class Uploads {
  progress = $state.raw<{ at: number; of: number; name: string } | null>(null);
  refused = $state.raw<Refused[]>([]);
  private at = 0;
  private of = 0;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly explain: (error: unknown) => string) {}

  /** Sends each file and answers what was made of those that were taken, once all of these are through. */
  add<T>(files: File[], send: (file: File) => Promise<T>): Promise<T[]> {
    if (!this.progress) this.refused = [];
    this.of += files.length;
    const mine = this.last.then(() => this.run(files, send));
    this.last = mine;
    return mine;
  }

  refuse(name: string, error: unknown) {
    this.refused = [...this.refused, { name, why: this.explain(error) }];
  }

  private async run<T>(files: File[], send: (file: File) => Promise<T>): Promise<T[]> {
    const made: T[] = [];
    for (const file of files) {
      this.at++;
      this.progress = { at: this.at, of: this.of, name: file.name };
      try {
        made.push(await send(file));
      } catch (error) {
        this.refuse(file.name, error);
      }
    }
    if (this.at === this.of) {
      this.at = this.of = 0;
      this.progress = null;
    }
    return made;
  }
}

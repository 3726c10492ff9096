/** One field of one object, changed where it is seen: a state, a day. Nobody's change is written over unseen. */
import { changedBy } from '../../api/admin';
import { isOutdated } from '../../api/errors';
import { raw, update } from '../../api/resources';
import { same } from '../../lib/merge';

/** How often it is begun anew because others change other things of the object at the same time. */
const TRIES = 5;

/** Somebody else has changed the field since it was seen. */
export class Meanwhile extends Error {
  constructor(
    readonly theirs: unknown,
    /** Who did, where the log may be read. */
    readonly who: string | null,
  ) {
    super();
  }
}

/**
 * Sets a field that was `seen` so. Goes through beside changes of other fields, and throws `Meanwhile` where this one has
 * been changed. `etag` is the version that was seen, where it is known; else it is looked up.
 */
export async function change(
  path: string,
  id: string,
  field: string,
  [seen, wanted]: [unknown, unknown],
  etag: string | null = null,
): Promise<void> {
  let version = etag;
  for (let tries = 1; ; tries++) {
    if (!version) {
      const now = await raw(path, id);
      const theirs = now.data[field];
      if (!same(theirs, seen) && !same(theirs, wanted))
        throw new Meanwhile(theirs, await changedBy(path, id, field));
      version = now.etag;
    }
    try {
      await update(path, id, { [field]: wanted }, version);
      return;
    } catch (error) {
      if (!isOutdated(error) || tries === TRIES) throw error;
      version = null;
    }
  }
}

/** One requirement as a page shows it: read once another one is wanted, and again on request. */
import { untrack } from 'svelte';
import { assessment, type Assessment } from '../../api/audits';
import { explain } from '../../api/errors';
import type { Savings } from './saving.svelte';

/** To be called while a component is made. */
export function watchAssessment(wanted: () => string | undefined, savings: Savings) {
  let found = $state.raw<Assessment | null>(null);
  let problem = $state('');
  let asked = $state(0);

  $effect(() => {
    void asked;
    const id = wanted();
    if (!id) return;
    let left = false;
    const saving = savings.of(id);
    const before = untrack(() => saving.answered);
    const { saves } = saving;
    problem = '';
    assessment(id).then(
      ({ data, etag }) => {
        if (left) return;
        found = data;
        // What was saved while this was on its way is not in it.
        if (saving.saves !== saves) return void asked++;
        saving.learn(data, etag);
        saving.forget(before);
      },
      (error: unknown) => {
        if (!left) problem = explain(error);
      },
    );
    return () => (left = true);
  });

  return {
    /** Nothing until the wanted one is there. */
    get here() {
      return found && found.id === wanted() ? found : null;
    },
    get problem() {
      return problem;
    },
    again: () => void asked++,
  };
}

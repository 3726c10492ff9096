/** What the server says when a library cannot be added, loaded, updated or unloaded, in words with what to do. */
import { ApiError, explain } from '../../api/errors';
import { t } from '../../lib/i18n.svelte';
import { tOr } from '../../lib/i18n.svelte';

export function whyNot(error: unknown): string {
  if (!(error instanceof ApiError)) return explain(error);
  const code = typeof error.body.error === 'string' ? error.body.error : '';
  const known = tOr(`library.error.${code}`, '');
  const detail = error.body.detail;
  const more = typeof detail === 'string' ? detail : Object.values(detail ?? {}).join(' ');
  if (known) return [known, more].filter(Boolean).join(' ');
  if (error.status === 403) return t('library.mayNot');
  return explain(error);
}

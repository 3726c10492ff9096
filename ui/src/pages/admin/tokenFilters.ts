/** What everybody's tokens can be narrowed to; the names are the server's. */
import type { Field } from '../../api/types';
import { t } from '../../lib/i18n.svelte';
import { session } from '../../lib/session.svelte';
import { EVERY, kindWords, VERBS } from '../tokens/limits';

export function tokenFilters(): Field[] {
  const kinds = session.visible().map((r) => r.path);
  const scopes = [EVERY, ...kinds].flatMap((kind) =>
    VERBS.map((verb) => ({
      value: `${kind}:${verb}`,
      label: `${kindWords(kind)}: ${t(`limit.${verb}`).toLowerCase()}`,
    })),
  );
  const states = (['active', 'expired', 'revoked'] as const).map((value) => ({
    value,
    label: t(`token.state_${value}`),
  }));
  const unlimited = { value: 'none', label: t('tokens.noScope') };
  return [
    { name: 'user', label: t('tokens.owner'), kind: 'reference', target: 'users' },
    { name: 'state', label: t('token.state'), kind: 'choice', choices: states },
    { name: 'unused_days', label: t('tokens.unusedDays'), kind: 'integer' },
    { name: 'expires_before', label: t('tokens.expiresBefore'), kind: 'date' },
    { name: 'created_before', label: t('tokens.createdBefore'), kind: 'date' },
    { name: 'scope', label: t('tokens.scope'), kind: 'choice', choices: [unlimited, ...scopes] },
    { name: 'ip', label: t('tokens.ip'), kind: 'text' },
  ].map((field) => ({ ...field, single: true }) as Field);
}

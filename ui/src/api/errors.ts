/** One error type for everything the API refuses, and the reading of its many body shapes. */
import { t, tOr, type Key } from '../lib/i18n.svelte';

type Body = Record<string, unknown>;

export class ApiError extends Error {
  readonly status: number;
  readonly code: string | null;
  /** Messages that belong to one field, by field name. */
  readonly fields: Record<string, string>;
  readonly retryAfter: number | null;
  /** What the server said, for the few refusals that carry more than a message. */
  readonly body: Record<string, unknown>;

  constructor(status: number, body: unknown, retryAfter: string | null = null) {
    const { general, fields } = readBody(body);
    super(general || (Object.keys(fields).length ? t('error.fields') : statusText(status)));
    this.status = status;
    this.fields = fields;
    this.code = isBody(body) && typeof body.code === 'string' ? body.code : null;
    this.body = isBody(body) ? body : {};
    const seconds = Number(retryAfter);
    this.retryAfter =
      retryAfter !== null && Number.isFinite(seconds) && seconds > 0 ? Math.ceil(seconds) : null;
  }
}

/** A sentence for a person, whatever was thrown. */
export function explain(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  if (error instanceof TypeError) return t('error.offline');
  return error instanceof Error ? error.message : String(error);
}

/** The messages of a batch item's `error`, which is a text or a map of fields. */
export function flatten(value: unknown): string {
  if (typeof value === 'string') return translate(unwrap(value));
  if (Array.isArray(value)) return value.map(flatten).join(' ');
  if (isBody(value)) return Object.values(value).map(flatten).join(' ');
  return '';
}

/** Somebody else has changed it since it was read. */
export function isOutdated(error: unknown): boolean {
  return error instanceof ApiError && error.status === 412;
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

const GENERAL = ['detail', 'error', 'non_field_errors', 'message'];
const NOT_FIELDS = [...GENERAL, 'code', 'status', 'errors', 'request_id', 'type', 'title', 'instance'];

function readBody(body: unknown): { general: string; fields: Record<string, string> } {
  const fields: Record<string, string> = {};
  if (typeof body === 'string') return { general: body.trimStart().startsWith('<') ? '' : body, fields };
  if (Array.isArray(body)) return { general: flatten(body), fields };
  if (!isBody(body)) return { general: '', fields };
  if (Array.isArray(body.errors)) return readAllauth(body.errors as Body[]);
  for (const [name, value] of Object.entries(body)) {
    const text = NOT_FIELDS.includes(name) && typeof value !== 'object' ? '' : flatten(value);
    if (text && !NOT_FIELDS.includes(name)) fields[name] = text;
    // `type` and `title` are also names of ordinary fields; a list of messages tells them apart.
    else if (text && Array.isArray(value) && !GENERAL.includes(name)) fields[name] = text;
  }
  const general = GENERAL.map((name) => flatten(body[name])).filter(Boolean);
  return { general: general.join(' '), fields };
}

function readAllauth(errors: Body[]): { general: string; fields: Record<string, string> } {
  const text = (e: Body) =>
    e.code ? tOr(`error.${String(e.code)}`, String(e.message ?? '')) : String(e.message ?? '');
  return { general: errors.map(text).join(' '), fields: {} };
}

/** Some messages arrive as a list written inside a string: `['…']`. */
function unwrap(text: string): string {
  return /^\[(['"])(.*)\1\]$/s.exec(text)?.[2] ?? text;
}

/** Sentences of the contract that the server says in English only, and ours for them. */
const SENTENCES: [RegExp, Key][] = [
  [/^This field is required\.$/, 'error.required'],
  [/^This field may not be blank\.$/, 'error.blank'],
  [/^This field may not be null\.$/, 'error.null'],
  [/^(?<name>.+) is already used in this scope\. Please choose another value\.$/, 'error.taken'],
  [/^Expiry may be at most (?<days>\d+) days on this server\.$/, 'error.expiryMost'],
  [/has host bits set; did you mean “(?<meant>[^”]+)”\?$/, 'error.hostBits'],
  [/^This organisation wants every token to name its scopes\.$/, 'error.scopesRequired'],
  [/^This organisation wants every token to name its networks\.$/, 'error.addressesRequired'],
  [/^Expiry must be a positive integer \(days\)\.$/, 'error.expiryDays'],
];

function translate(text: string): string {
  for (const [pattern, key] of SENTENCES) {
    const found = pattern.exec(text);
    if (found) return t(key, found.groups);
  }
  return /^[\w.]+$/.test(text) ? tOr(`error.${text}`, text) : text;
}

function statusText(status: number): string {
  if (status >= 500) return t('error.server');
  return tOr(`error.http${status}`, t('error.unknown', { status }));
}

function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Shapes of the wire that the interface relies on, written by hand where the OpenAPI document types them loosely. */

export type Ref = { id: string; str: string };
export type Row = { id: string } & Record<string, unknown>;
export type Page<T> = { count: number; next: string | null; previous: string | null; results: T[] };

export type Meta = {
  setup_required: boolean;
  version: string;
  name: string;
  languages: string[];
  /** Whether a reset link can be sent by mail. */
  password_reset?: boolean;
  /** Where passkeys work; null where they cannot. */
  passkeys?: { rp_id: string; origin: string } | null;
  /** The longest life of a token, in days. */
  token_days?: number;
};

export type FieldKind =
  | 'text'
  | 'long_text'
  | 'choice'
  | 'boolean'
  | 'integer'
  | 'number'
  | 'date'
  | 'datetime'
  | 'reference'
  | 'references'
  | 'json'
  | 'url'
  | 'email'
  | 'security_objectives'
  | 'recovery_objectives'
  | 'translations';

export type Choice = { value: string | number; label: string };

/** One field of a resource, as `GET /api/meta/resources/` describes it. */
export type Field = {
  name: string;
  label: string;
  kind: FieldKind;
  required?: boolean;
  read_only?: boolean;
  nullable?: boolean;
  max_length?: number | null;
  minimum?: number | null;
  maximum?: number | null;
  choices?: Choice[] | null;
  target?: string | null;
  list?: boolean;
  detail?: boolean;
  write?: boolean;
  /** Bodies say it, and no answer shows it. */
  input_only?: boolean;
  /** Taken when a row is made, not later. */
  create_only?: boolean;
  column?: boolean;
  filter?: boolean;
  order?: boolean;
  search?: boolean;
  default?: unknown;
  help?: string | null;
  /** As a filter: one value at a time. */
  single?: boolean;
};

export type Operation =
  'list' | 'retrieve' | 'create' | 'update' | 'delete' | 'batch' | 'cascade' | 'autocomplete' | 'export_csv';

/** One kind of object; every generic page is made from this. */
export type Resource = {
  path: string;
  model: string;
  module: string;
  label: string;
  plural: string;
  label_field: string;
  scope: string;
  operations: Operation[];
  permissions: { view: string; add: string; change: string; delete: string };
  fields: Field[];
};

export type CurrentUser = {
  id: string;
  email: string;
  first_name: string;
  last_name: string;
  is_admin: boolean;
  is_third_party: boolean;
  is_local: boolean;
  has_mfa_enabled?: boolean;
  date_joined?: string;
  roles?: string[];
  user_groups?: [string, boolean][];
  /** Work is given to actors: the person's own one, and those of their teams. */
  all_actor_ids: string[];
  domain_permissions: Record<string, string[]>;
  preferences?: { lang?: string };
};

/** A domain of a token's bound; `recursive` counts those below too. */
export type TokenDomain = { id: string; recursive: boolean };

export type Token = {
  id: string;
  /** The same as `id`, by its older name. */
  digest: string;
  name: string;
  preview: string;
  created: string;
  expiry: string;
  state: 'active' | 'expired' | 'revoked';
  scopes: string[] | null;
  domains: TokenDomain[] | null;
  allowed_ips: string[] | null;
  self_rotate?: boolean;
  rotated_at?: string | null;
  last_used_at: string | null;
  last_used_ip: string | null;
  last_used_agent: string | null;
  /** Of everybody's tokens only. */
  user?: Ref | null;
  revoked_reason?: string | null;
};

/** With what it may do now: codenames by folder. */
export type OneToken = Token & { permissions: Record<string, string[]> };

export type NewToken = { id: string; name: string; expiry: string; token: string };

export type TokenPolicy = {
  max_days: number;
  default_days: number;
  per_person: number;
  administrators_only: boolean;
  scopes_required: boolean;
  addresses_required: boolean;
  recent_sign_in_minutes: number;
  idle_days: number;
  requests_per_minute: number;
  disabled: string | null;
};

export type PolicyPreview = {
  tokens: number;
  people: number;
  reasons: Record<string, number>;
  first: { id: string; name: string; reasons: string[]; user: Ref }[];
};

export type RevokeAnswer = { count: number; dry_run: boolean; ids: string[] };

export type BrowserSession = {
  id: string;
  created: string;
  last_used: string | null;
  expires: string;
  ip: string | null;
  user_agent: string | null;
  current: boolean;
};

export type AuditEntry = {
  id: string;
  seq: number;
  at: string;
  actor: Ref | null;
  actor_name?: string | null;
  token: Ref | null;
  ip: string | null;
  user_agent: string | null;
  request_id: string | null;
  action: string;
  resource: string;
  object_id: string | null;
  object_name: string | null;
  folder: Ref | null;
  changes: Record<string, [unknown, unknown]> | null;
  state: string;
};

type CascadePart = {
  count: number;
  grouped_objects: { model: string; verbose_name: string; objects: { id: string; name: string }[] }[];
  message: string;
  level: string;
};
export type Cascade = { deleted: CascadePart; affected: CascadePart; blocked: CascadePart };

/** What came, or would come, of a merge. */
export type Merged = {
  merged: Ref[];
  /** What the row that stays is related to from now on, by relation. */
  moved: Record<string, Ref[]>;
  /** Values that it takes over, by field. */
  filled: Record<string, unknown>;
};

export type BatchResult = {
  succeeded: { id: string; name: string }[];
  failed: { id: string; name?: string; error: unknown }[];
};

export type Permission = { id: string; codename: string; name: string };
export type AccessAnswer = { allowed: Record<string, boolean>; reasons: string[] };

/** A secret to take into an authenticator: for typing, and as an address for a QR code. */
export type FactorOffer = { secret: string; totp_url: string };
export type RecoveryCodes = { total: number; unused: number };
/** What a sign-in can go on with after the password. */
export type Way = 'webauthn' | 'totp' | 'recovery_codes';
/** Times are seconds. */
export type Passkey = { id: string; name: string; created_at: number; last_used_at: number | null };
export type Factors = { passkeys: Passkey[]; codes: RecoveryCodes | null };

export type ServiceAccount = {
  id: string;
  client_id: string;
  name: string;
  description: string | null;
  is_active: boolean;
  expiry_date: string | null;
  role: string | null;
  role_name: string | null;
  permissions: Ref[];
  folders: Ref[];
  is_recursive: boolean;
  created_by: string | null;
  secret_preview: string;
  previous_secret_expires_at: string | null;
  created_at: string;
  updated_at: string;
};
export type NewServiceAccount = ServiceAccount & { client_secret: string };

// A small stand-in for the API, for looking at the interface before or without the server. Development only; data is
// made up and lives in memory. `node mock/server.mjs [port]` also serves ../dist with the headers of the real server.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { build, CODENAMES, RESOURCES, SESSIONS } from './data.mjs';
import { accountService } from './accounts.mjs';
import { codeAwaited, secondFactor } from './factor.mjs';
import { tokenService } from './tokens.mjs';

const port = Number(process.argv[2] ?? 8100);
const PASSWORD = 'correct horse battery';
const rows = build();
let sessions = SESSIONS();
let signedIn = false;
let setupRequired = process.env.MOCK_SETUP === '1';
let failures = 0;
const settings = {
  security_objective_scale: '1-4',
  default_language: 'en',
  currency: '€',
  daily_rate: 500,
  mapping_max_depth: 3,
  allow_self_validation: false,
  show_warning_external_links: true,
  enforce_mfa: false,
  default_packager: 'custom',
  enabled_integrations: [],
};
const flags = Object.fromEntries(
  [
    'compliance',
    'incidents',
    'tasks',
    'ebiosrm',
    'tprm',
    'privacy',
    'experimental',
    'reports',
    'metrology',
    'comments',
  ].map((n, i) => [n, i % 3 !== 2]),
);
const log = [];
const TOKEN = '70ce7000-0000-4000-8000-000000000001';

const describe = (path) => RESOURCES.find((r) => r.path === path);
const find = (path, id) => rows[path]?.find((r) => r.id === id);
const nameOf = (path, row) =>
  row?.[describe(path)?.label_field] ??
  row?.name ??
  row?.email ??
  row?.label ??
  `${find('roles', row?.role)?.name} for ${nameOf('user-groups', find('user-groups', row?.user_group)) ?? ''}`;
const ref = (path, id) => (id && find(path, id) ? { id, str: nameOf(path, find(path, id)) } : null);
const SCALE = [1, 2, 3, 4, 4];

function record(action, path, row, changes) {
  const seq = log.length + 1;
  log.unshift({
    id: `log-${seq}`,
    seq,
    at: new Date().toISOString(),
    actor: { id: rows.users[0].id, str: 'admin@example.org' },
    token: seq % 4 ? null : { id: TOKEN, str: TOKEN },
    ip: '127.0.0.1',
    user_agent: 'Firefox',
    request_id: `req-${seq}`,
    action,
    resource: path,
    object_id: row.id,
    object_name: describe(path) ? nameOf(path, row) : row.name,
    folder: ref('folders', row.folder),
    changes,
    state: 'sealed',
  });
}
for (let i = 0; i < 70; i++) {
  const row = rows.assets[(i * 13) % 236];
  record(
    i % 5 ? 'update' : 'create',
    'assets',
    row,
    i % 5
      ? {
          name: [`Old name ${i}`, row.name],
          ...(i % 3 ? {} : { type: ['PR', 'SP'], description: ['', row.description] }),
        }
      : { name: [null, row.name] },
  );
  log[0].at = new Date(Date.now() - (70 - i) * 37e5).toISOString();
}

/** What a token may do now, cut down by its scopes and domains. */
function permissionsOf(token) {
  const { scopes, domains } = token;
  const fits = (codename) => {
    const [, verb, model] = /^(view|add|change|delete)_(.+)$/.exec(codename) ?? [];
    const path = RESOURCES.find((r) => r.model === model)?.path;
    const gives = (scope) => {
      const [kind, access] = scope.split(':');
      if (kind !== '*' && kind !== path) return false;
      return (
        verb === 'view' || (access === 'delete' ? verb === 'delete' : access === 'write' && verb !== 'delete')
      );
    };
    return !scopes || scopes.some(gives);
  };
  const within = (folder) =>
    !domains || domains.some((d) => d.id === folder.id || (d.recursive && folder.parent_folder === d.id));
  return Object.fromEntries(rows.folders.filter(within).map((f) => [f.id, CODENAMES.filter(fits)]));
}
const freshTokens = () => tokenService({ users: rows.users, permissions: permissionsOf, record });
let tokens = freshTokens();
for (const [days, action, changes] of [
  [
    3,
    'created',
    { expiry: [null, new Date(Date.now() + 27 * 864e5).toISOString()], scopes: [null, ['assets:write']] },
  ],
  [1, 'renamed', { name: ['ci', 'ci-import'] }],
]) {
  record(`pat.${action}`, 'auth-tokens', { id: TOKEN, name: 'ci-import', folder: null }, changes);
  log[0].at = new Date(Date.now() - days * 864e5).toISOString();
}

/** Ids and codes become what a read answer shows. */
function shown(path, row) {
  const out = { ...row, str: nameOf(path, row) };
  for (const field of describe(path)?.fields ?? []) {
    const value = row[field.name];
    if (field.kind === 'reference') out[field.name] = ref(field.target, value);
    if (field.kind === 'references')
      out[field.name] = (value ?? [])
        .map((id) => (typeof id === 'string' && id.includes('-0000-') ? ref(field.target, id) : id))
        .filter(Boolean);
    if (field.kind === 'choice')
      out[field.name] = field.choices.find((c) => c.value === value)?.label ?? value ?? null;
    const objectives = Object.entries(value?.objectives ?? {});
    if (field.kind === 'security_objectives')
      out[field.name] = objectives.filter(([, o]) => o.is_enabled).map(([n, o]) => ({ [n]: SCALE[o.value] }));
    if (field.kind === 'recovery_objectives')
      out[field.name] = objectives.map(([n, o]) => ({ str: `${n.toUpperCase()}: ${o.value / 3600}h` }));
  }
  if (path === 'assets') {
    out.support_assets = rows.assets
      .filter((a) => a.parent_assets.includes(row.id))
      .map((a) => ref('assets', a.id));
    out.security_objectives_comparison =
      row.type === 'PR'
        ? [
            { objective: 'confidentiality', expectation: 1, reality: 2, verdict: true },
            { objective: 'integrity', expectation: 3, reality: 1, verdict: false },
            { objective: 'proof', expectation: null, reality: null, verdict: null },
          ]
        : [];
  }
  return out;
}

function listed(path, query) {
  const resource = describe(path);
  let found = rows[path];
  for (const field of resource?.fields ?? []) {
    const wanted = query.getAll(field.name);
    if (!wanted.length || !field.filter) continue;
    found = found.filter((r) =>
      wanted.some((w) =>
        Array.isArray(r[field.name])
          ? r[field.name].includes(w)
          : String(r[field.name]).toLowerCase() === w.toLowerCase(),
      ),
    );
  }
  const words = (query.get('search') ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  const searched = resource?.fields.filter((f) => f.search).map((f) => f.name) ?? ['name', 'codename'];
  found = found.filter((r) =>
    words.every((w) =>
      searched.some((n) =>
        String(r[n] ?? '')
          .toLowerCase()
          .includes(w),
      ),
    ),
  );
  const order = query.get('ordering') || resource?.label_field || 'name';
  const key = order.replace('-', '');
  found = [...found].sort(
    (a, b) => String(a[key] ?? '').localeCompare(String(b[key] ?? '')) * (order.startsWith('-') ? -1 : 1),
  );
  return paged(
    found.map((r) => shown(path, r)),
    query,
  );
}

function paged(found, query) {
  const limit = Number(query.get('limit')) || 5000;
  const offset = Number(query.get('offset')) || 0;
  return { count: found.length, next: null, previous: null, results: found.slice(offset, offset + limit) };
}

function problems(resource, body, creating) {
  const out = {};
  for (const field of resource.fields) {
    const value = body[field.name];
    if (!field.write || (value === undefined && !(creating && field.required))) continue;
    if (value === undefined) out[field.name] = ['This field is required.'];
    else if (value === null && !field.nullable) out[field.name] = ['This field may not be null.'];
    else if (typeof value === 'string' && field.required && !value.trim())
      out[field.name] = ['This field may not be blank.'];
    else if (field.kind === 'url' && value && !/^https?:/.test(value))
      out[field.name] = ['Enter a valid URL.'];
  }
  if (
    creating &&
    body.name &&
    rows[resource.path].some((r) => r.name?.toLowerCase() === body.name.trim().toLowerCase())
  ) {
    out.name = `${body.name} is already used in this scope. Please choose another value.`;
  }
  return Object.keys(out).length ? out : null;
}

function cascade(path, id) {
  const part = (level, message, groups) => ({
    count: groups.reduce((n, g) => n + g.objects.length, 0),
    grouped_objects: groups,
    related_objects: [],
    message,
    level,
  });
  const group = (model, name, found) =>
    found.length
      ? [{ model, verbose_name: name, objects: found.map((r) => ({ id: r.id, name: r.name ?? r.email })) }]
      : [];
  const gone =
    path === 'folders'
      ? [
          ...group(
            'Folder',
            'Folder',
            rows.folders.filter((r) => r.parent_folder === id),
          ),
          ...group(
            'Asset',
            'Asset',
            rows.assets.filter((r) => r.folder === id),
          ),
          ...group(
            'Perimeter',
            'Perimeter',
            rows.perimeters.filter((r) => r.folder === id),
          ),
        ]
      : [];
  const touched =
    path === 'assets'
      ? group(
          'Asset',
          'Asset',
          rows.assets.filter((r) => r.parent_assets.includes(id)),
        )
      : [];
  return {
    deleted: part('warning', 'The following objects will be permanently deleted.', gone),
    affected: part(
      'info',
      'These objects will NOT be deleted but will lose one or more relationships.',
      touched,
    ),
    blocked: part('error', 'Deletion is blocked while these objects still reference this one.', []),
  };
}

const etagOf = (row) => `"${row.updated_at ?? row.id}"`;
const user = () => rows.users[0];
const currentUser = () => ({
  ...user(),
  is_admin: true,
  is_local: true,
  roles: ['BI-RL-ADM'],
  all_actor_ids: [],
  domain_permissions: Object.fromEntries(rows.folders.map((f) => [f.id, CODENAMES])),
});

const factor = secondFactor(user);
const accounts = accountService({ rows, paged });
rows.users[2].has_mfa_enabled = true;

function enter() {
  signedIn = true;
  return [200, { status: 200, data: { user: user() }, meta: { is_authenticated: true } }];
}

/** What answers a person whose organisation wants a second factor first. */
const ENROLLING = [/^meta\//, /^csrf\/$/, /^_allauth\//, /^iam\/(current-user|logout)\/$/];

const ANONYMOUS = [/^meta\/$/, /^csrf\/$/, /^setup\/$/, /^_allauth\//, /^iam\/password-reset\//];

function answer(method, path, query, body, headers) {
  const route = `${method} ${path}`;
  if (!signedIn && !ANONYMOUS.some((p) => p.test(path)))
    return [401, { detail: 'Authentication credentials were not provided.' }];
  if (method !== 'GET' && headers['x-csrftoken'] !== 'mock-csrf')
    return [403, { detail: 'CSRF failed.', code: 'csrf_failed' }];
  if (signedIn && settings.enforce_mfa && !factor.active() && !ENROLLING.some((p) => p.test(path)))
    return [403, { detail: 'Your organisation wants a second factor.', code: 'second_factor_required' }];
  switch (route) {
    case 'GET meta/':
      return [
        200,
        { setup_required: setupRequired, version: '0.1.0', name: 'Tessera', languages: ['en', 'fr'] },
      ];
    case 'GET csrf/':
      return [200, { csrfToken: 'mock-csrf' }];
    case 'POST setup/':
      if (body.code !== 'OPEN') return [403, { detail: 'This link was used already or is wrong.' }];
      if ((body.password ?? '').length < 8)
        return [400, { password: ['This password is too short. It must contain at least 8 characters.'] }];
      setupRequired = false;
      user().email = body.email;
      return [201, { email: body.email }];
    case 'POST _allauth/browser/v1/auth/login':
      if (failures >= 5) {
        failures = 0;
        return [
          429,
          {
            status: 429,
            errors: [
              {
                message: 'Too many failed login attempts. Try again later.',
                code: 'too_many_login_attempts',
              },
            ],
          },
          { 'Retry-After': '20' },
        ];
      }
      if (body.password !== PASSWORD) {
        failures++;
        return [
          400,
          {
            status: 400,
            errors: [
              {
                message: 'The email address and/or password you specified are not correct.',
                code: 'email_password_mismatch',
                param: 'password',
              },
            ],
          },
        ];
      }
      failures = 0;
      return factor.active() ? codeAwaited : enter();
    case 'DELETE _allauth/browser/v1/auth/session':
      signedIn = false;
      return [401, { status: 401, meta: { is_authenticated: false } }];
    case 'POST iam/password-reset/':
      return [204];
    case 'POST iam/password-reset/confirm/':
      return body.new_password === body.confirm_new_password
        ? [200, {}]
        : [400, { confirm_new_password: ["The two password fields didn't match."] }];
    case 'GET iam/current-user/':
      return [200, currentUser()];
    case 'PATCH iam/profile/':
      Object.assign(user(), body);
      return [200, {}];
    case 'GET meta/resources/':
      return [200, RESOURCES];
    case 'GET iam/sessions/':
      return [200, sessions];
    case 'POST iam/revoke-sessions/': {
      const n = sessions.length - 1;
      sessions = sessions.filter((s) => s.current);
      return [200, { revoked_sessions: n }];
    }
    case 'POST iam/change-password/':
      return body.old_password === PASSWORD
        ? [200, {}]
        : [400, { old_password: ['Your old password was entered incorrectly.'] }];
    case 'POST iam/set-password/':
      return body.new_password?.length >= 8
        ? [200]
        : [
            400,
            {
              new_password: [
                'This password is too short. It must contain at least 8 characters.',
                'This password is too common.',
              ],
            },
          ];
    case 'POST iam/disable-mfa/':
      find('users', body.user).has_mfa_enabled = false;
      return [200, {}];
    case 'GET settings/general/object/':
      return [200, settings];
    case 'PATCH settings/general/':
      Object.assign(settings, body.value);
      return [200, settings];
    case 'GET settings/feature-flags/':
      return [200, flags];
    case 'PATCH settings/feature-flags/':
      Object.assign(flags, body);
      return [200, flags];
    case 'GET audit-log/checkpoint/':
      return [200, { seq: log.length, root: 'mock' }];
    case 'GET explain-access/':
      return [
        200,
        {
          allowed: { view: true, add: false, change: true, delete: false },
          reasons: [
            'The group “Global - Analyst” holds the role Analyst on Global and everything below it.',
            'No role gives delete_asset in this domain.',
          ],
        },
      ];
    case 'GET audit-log/': {
      const fits = (e) =>
        ['resource', 'object_id', 'action'].every((k) => !query.get(k) || e[k] === query.get(k)) &&
        (!query.get('token') || e.token?.id === query.get('token')) &&
        (!query.get('actor') || e.actor.id === query.get('actor')) &&
        (!query.get('search') || JSON.stringify(e).toLowerCase().includes(query.get('search').toLowerCase()));
      return [200, paged(log.filter(fits), query)];
    }
  }
  return (
    factor.answer(route, body, enter) ??
    accounts(method, path, query, body) ??
    tokens(method, path, query, body, paged) ??
    ofResource(method, path, query, body, headers) ?? [404, { detail: 'Not found.' }]
  );
}

function ofResource(method, path, query, body, headers) {
  const [first, second, third] = path.split('/');
  if (method === 'DELETE' && path.startsWith('iam/sessions/')) {
    sessions = sessions.filter((s) => s.id !== third);
    return [204];
  }
  const resource = describe(first);
  if (!rows[first]) return null;
  if (!second || second === 'autocomplete') {
    if (method === 'GET') return [200, listed(first, query)];
    const wrong = problems(resource, body, true);
    if (wrong) return [400, wrong];
    const now = new Date().toISOString();
    const row = {
      ...Object.fromEntries(
        resource.fields.map((f) => [
          f.name,
          f.kind === 'references' ? [] : f.kind.endsWith('objectives') ? {} : null,
        ]),
      ),
      folder: rows.folders[0].id,
      ...body,
      id: `00000000-0000-4000-8000-${String(Date.now()).padStart(12, '0').slice(-12)}`,
      created_at: now,
      updated_at: now,
    };
    rows[first].push(row);
    record('create', first, row, { name: [null, nameOf(first, row)] });
    return [201, row];
  }
  if (second === 'batch-action') {
    const result = { succeeded: [], failed: [] };
    for (const id of body.ids) {
      const row = find(first, id);
      if (row?.builtin) result.failed.push({ id, name: row.name, error: 'Permission denied' });
      else if (row) {
        rows[first] = rows[first].filter((r) => r !== row);
        result.succeeded.push({ id, name: nameOf(first, row) });
        record('delete', first, row, {});
      }
    }
    return [200, result];
  }
  const row = find(first, second);
  if (!row) return [404, { detail: `No ${resource.label} matches the given query.` }];
  if (third === 'object') return [200, row, { ETag: etagOf(row) }];
  if (third === 'cascade-info') return [200, cascade(first, second)];
  if (third === 'add-members' || third === 'remove-members') {
    for (const id of body.users) {
      const u = find('users', id);
      u.user_groups =
        third === 'add-members'
          ? [...new Set([...u.user_groups, second])]
          : u.user_groups.filter((g) => g !== second);
    }
    return [200, { count: body.users.length }];
  }
  if (method === 'GET') return [200, shown(first, row), { ETag: etagOf(row) }];
  if (method === 'DELETE') {
    rows[first] = rows[first].filter((r) => r !== row);
    record('delete', first, row, {});
    return [204];
  }
  if (headers['if-match'] && headers['if-match'] !== etagOf(row))
    return [412, { detail: 'The object was changed meanwhile.' }];
  const wrong = problems(resource, body, false);
  if (wrong) return [400, wrong];
  record('update', first, row, Object.fromEntries(Object.entries(body).map(([k, v]) => [k, [row[k], v]])));
  Object.assign(row, body, { updated_at: new Date().toISOString() });
  return [200, row, { ETag: etagOf(row) }];
}

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const CSP =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

async function file(path, res) {
  const at = extname(path) ? path : '/index.html';
  try {
    const content = await readFile(new URL(`../dist${at}`, import.meta.url));
    res.writeHead(200, {
      'Content-Type': TYPES[extname(at)] ?? 'application/octet-stream',
      'Content-Security-Policy': CSP,
    });
    res.end(content);
  } catch {
    res.writeHead(404).end('Not found');
  }
}

createServer(async (req, res) => {
  const url = new URL(req.url, 'http://mock');
  // Switches for the browser scripts: end the session, or change an object behind the page's back.
  if (url.pathname === '/mock/sign-out') {
    signedIn = false;
    factor.turn(false);
    settings.enforce_mfa = url.searchParams.has('enforce');
    tokens = freshTokens();
    return res.end();
  }
  if (url.pathname === '/mock/touch') {
    for (const r of rows.assets) r.updated_at = new Date().toISOString();
    return res.end();
  }
  if (!url.pathname.startsWith('/api/')) return file(url.pathname, res);
  let text = '';
  for await (const chunk of req) text += chunk;
  const [status, body, headers = {}] = answer(
    req.method,
    url.pathname.slice(5),
    url.searchParams,
    text ? JSON.parse(text) : {},
    req.headers,
  );
  res.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  res.end(body === undefined ? '' : JSON.stringify(body));
}).listen(port, '127.0.0.1', () =>
  console.log(`mock API and interface on http://127.0.0.1:${port} (admin@example.org / ${PASSWORD})`),
);

// The part of the mock that knows personal access tokens: limits, rotation, everybody's tokens, the policy.
const DAY = 864e5;
const HOUR = 36e5;
const ago = (days, minutes = 0) => new Date(Date.now() - days * DAY - minutes * 6e4).toISOString();
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';
const value = () =>
  `tsr_pat_${Array.from({ length: 49 }, () => LETTERS[Math.floor(Math.random() * 57)]).join('')}`;

const idOf = (n) => `70ce7000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const folder = (n) => `f01de000-0000-4000-8000-${String(n).padStart(12, '0')}`;

const token = (n, more) => ({
  id: idOf(n),
  digest: idOf(n),
  preview: 'tsr_pat_Ab3d',
  last_used_at: null,
  last_used_ip: null,
  last_used_agent: null,
  scopes: null,
  domains: null,
  allowed_ips: null,
  self_rotate: false,
  rotated_at: null,
  revoked: null,
  ...more,
});

function own(owner) {
  return [
    token(1, {
      owner,
      name: 'ci-import',
      created: ago(3),
      expiry: ago(-27),
      last_used_at: ago(0, 3),
      last_used_ip: '10.0.3.7',
      last_used_agent: 'curl/8.14.1',
      scopes: ['assets:write', 'perimeters:read'],
      domains: [{ id: folder(1), recursive: true }],
      allowed_ips: ['10.0.0.0/8'],
      self_rotate: true,
    }),
    token(2, {
      owner,
      name: 'nightly',
      preview: 'tsr_pat_9xQk',
      created: ago(26),
      expiry: ago(-4),
      last_used_at: ago(1),
      last_used_ip: '10.0.3.9',
      last_used_agent: 'python-requests/2.32',
      scopes: ['*:read'],
    }),
    token(3, {
      owner,
      name: 'old laptop',
      preview: 'tsr_pat_LmN2',
      created: ago(60),
      expiry: ago(20),
      last_used_at: ago(25),
      last_used_ip: '10.0.3.9',
    }),
    token(4, {
      owner,
      name: 'trial',
      preview: 'tsr_pat_Zz8t',
      created: ago(12),
      expiry: ago(-18),
      revoked: ago(2),
    }),
  ];
}

const others = (users) =>
  users.slice(1, 5).flatMap((user, i) =>
    ['reports', 'import', 'dashboard'].slice(0, 1 + (i % 3)).map((name, j) =>
      token(100 + i * 10 + j, {
        owner: user,
        name: `${name}-${i + 1}`,
        preview: `tsr_pat_q${i}W${j}`,
        created: ago(100 + i * 9 + j),
        expiry: ago(-30 - i * 60),
        last_used_at: j ? ago(40 + i) : null,
        last_used_ip: j ? '192.0.2.14' : null,
        last_used_agent: j ? 'Mozilla/5.0 (Windows NT 10.0) PowerBI' : null,
        scopes: j ? ['*:read'] : null,
      }),
    ),
  );

const POLICY = () => ({
  max_days: 365,
  default_days: 30,
  per_person: 5,
  administrators_only: false,
  scopes_required: false,
  addresses_required: false,
  recent_sign_in_minutes: 15,
  idle_days: 365,
  requests_per_minute: 0,
  disabled: null,
});

const state = (t) => (t.revoked ? 'revoked' : Date.parse(t.expiry) <= Date.now() ? 'expired' : 'active');

function shown(t) {
  const { owner: _owner, revoked: _revoked, ...rest } = t;
  return { ...rest, state: state(t) };
}
const forAdmin = (t) => ({
  ...shown(t),
  user: t.owner && { id: t.owner.id, str: t.owner.email },
  revoked_reason: t.revoked ? 'revoked_by_owner' : null,
});

const MISSING = [404, { error: 'Token not found or already deleted.' }];

/** `users`: the first one is signed in. `permissions` answers what a token may do; `record` writes the audit log. */
export function tokenService({ users, permissions, record }) {
  const me = users[0];
  let tokens = [...own(me), ...others(users)];
  let policy = POLICY();
  const mine = (id) => tokens.find((t) => t.id === id && t.owner === me && !t.revoked);
  const log = (action, t, changes) =>
    record(`pat.${action}`, 'auth-tokens', { id: t.id, name: t.name, folder: null }, changes);

  function wrongDays(days) {
    if (!Number.isInteger(days) || days < 1)
      return [400, { error: 'Expiry must be a positive integer (days).' }];
    if (days > policy.max_days)
      return [400, { error: `Expiry may be at most ${policy.max_days} days on this server.` }];
    return null;
  }

  function make(body, from) {
    const secret = value();
    const days = Number(body.expiry ?? policy.default_days);
    const made = token(Date.now() + tokens.length, {
      owner: me,
      name: body.name,
      preview: secret.slice(0, 12),
      created: new Date().toISOString(),
      expiry: ago(-days),
      scopes: body.scopes ?? null,
      domains:
        body.domains?.map((id) => (id.id ? id : { id, recursive: body.include_subdomains ?? true })) ?? null,
      allowed_ips: body.allowed_ips ?? null,
      self_rotate: body.self_rotate ?? false,
    });
    tokens.unshift(made);
    if (!from) log('created', made, { expiry: [null, made.expiry] });
    return [200, { ...shown(made), token: secret }];
  }

  function create(body) {
    const days = wrongDays(Number(body.expiry ?? policy.default_days));
    if (!body.name) return [400, { name: ['This field is required.'] }];
    if (days) return days;
    const bad = (body.allowed_ips ?? []).find((a) => a.endsWith('.1/8'));
    if (bad)
      return [
        400,
        {
          allowed_ips: [`${bad}: “${bad}” has host bits set; did you mean “${bad.replace('.1/8', '.0/8')}”?`],
        },
      ];
    if (policy.scopes_required && !body.scopes)
      return [400, { scopes: ['This organisation wants every token to name its scopes.'] }];
    const live = tokens.filter((t) => t.owner === me && state(t) === 'active' && !t.rotated_at);
    if (live.length >= policy.per_person) return [403, { error: 'errorMaxPatAmountExceeded' }];
    return make(body);
  }

  function rotate(id, body) {
    const old = mine(id);
    if (!old) return MISSING;
    if (old.rotated_at) return [409, { detail: 'This token was rotated already.', code: 'already_rotated' }];
    const life = Math.round((Date.parse(old.expiry) - Date.parse(old.created)) / DAY);
    const hours = body.overlap_hours ?? 0;
    const wrong = wrongDays(body.expiry ?? life);
    if (wrong) return wrong;
    const answer = make({ ...old, expiry: body.expiry ?? life }, old);
    old.rotated_at = new Date().toISOString();
    old.expiry = new Date(Math.min(Date.parse(old.expiry), Date.now() + hours * HOUR)).toISOString();
    log('rotated', old, { replaced_by: [null, answer[1].id], overlap_hours: [null, hours] });
    return answer;
  }

  function end(list) {
    for (const t of list) {
      t.revoked = new Date().toISOString();
      log('revoked', t, { reason: [null, 'revoked_by_owner'] });
    }
  }

  function fits(t, filter) {
    const is = (name, test) => !filter[name] || test(filter[name]);
    return (
      is('user', (v) => t.owner.id === v) &&
      is('state', (v) => v === 'all' || state(t) === v) &&
      is('unused_days', (v) => Date.parse(t.last_used_at ?? t.created) < Date.now() - Number(v) * DAY) &&
      is('expires_before', (v) => Date.parse(t.expiry) < Date.parse(v)) &&
      is('created_before', (v) => Date.parse(t.created) < Date.parse(v)) &&
      is('scope', (v) => (v === 'none' ? !t.scopes : t.scopes?.includes(v))) &&
      is('ip', (v) => t.last_used_ip === v) &&
      is('search', (v) => `${t.name} ${t.owner.email}`.toLowerCase().includes(v.toLowerCase()))
    );
  }

  function revokeMany(body) {
    const found = tokens.filter(
      (t) => !t.revoked && (body.ids ? body.ids.includes(t.id) : fits(t, body.filter)),
    );
    if (!body.dry_run) end(found);
    return [200, { count: found.length, dry_run: !!body.dry_run, ids: found.map((t) => t.id).slice(0, 100) }];
  }

  function preview(changes) {
    const next = { ...policy, ...changes };
    const reasons = {};
    const first = [];
    for (const t of tokens.filter((t) => state(t) === 'active')) {
      const why = [];
      if (Date.parse(t.expiry) - Date.parse(t.created) > next.max_days * DAY + 1) why.push('max_days');
      if (next.scopes_required && !t.scopes) why.push('scopes_required');
      if (next.addresses_required && !t.allowed_ips) why.push('addresses_required');
      if (next.disabled) why.push('disabled');
      for (const reason of why) reasons[reason] = (reasons[reason] ?? 0) + 1;
      if (why.length)
        first.push({ id: t.id, name: t.name, reasons: why, user: { id: t.owner.id, str: t.owner.email } });
    }
    return { tokens: first.length, people: new Set(first.map((f) => f.user.id)).size, reasons, first };
  }

  function wrongPolicy(changes) {
    const next = { ...policy, ...changes };
    const out = {};
    for (const [name, wanted] of Object.entries(changes))
      if (typeof policy[name] === 'number' && !Number.isInteger(wanted))
        out[name] = ['A valid integer is required.'];
    if (next.default_days > next.max_days)
      out.default_days = [`Ensure this value is less than or equal to ${next.max_days}.`];
    return Object.keys(out).length ? [400, out] : null;
  }

  /** An answer, or nothing when the address is not about tokens. */
  return function answer(method, path, query, body, paged) {
    const filter = Object.fromEntries(query);
    switch (`${method} ${path}`) {
      case 'GET iam/auth-tokens/': {
        const wanted = query.get('state') ?? 'active';
        const list = tokens.filter((t) => t.owner === me && (wanted === 'all' || state(t) === wanted));
        return [200, list.map(shown)];
      }
      case 'POST iam/auth-tokens/':
        return create(body);
      case 'POST iam/auth-tokens/revoke/': {
        const found = tokens.filter((t) => body.ids.includes(t.id) && t.owner === me && !t.revoked);
        end(found);
        return [200, { revoked: found.map((t) => t.id) }];
      }
      case 'GET iam/admin/auth-tokens/':
        return [200, paged(tokens.filter((t) => fits(t, filter)).map(forAdmin), query)];
      case 'POST iam/admin/auth-tokens/revoke/':
        return revokeMany(body);
      case 'GET iam/token-policy/':
        return [200, policy];
      case 'PATCH iam/token-policy/':
        return wrongPolicy(body) ?? [200, (policy = { ...policy, ...body })];
      case 'POST iam/token-policy/preview/':
        return wrongPolicy(body) ?? [200, preview(body)];
    }
    const [, id, , action] = /^iam\/auth-tokens\/([^/]+)\/((rotate)\/)?$/.exec(path) ?? [];
    if (!id) return null;
    if (action) return rotate(id, body);
    const found = method === 'GET' ? tokens.find((t) => t.id === id && t.owner === me) : mine(id);
    if (!found) return MISSING;
    if (method === 'DELETE') {
      end([found]);
      return [204];
    }
    if (method === 'PATCH') {
      log('renamed', found, { name: [found.name, body.name] });
      found.name = body.name;
    }
    return [200, { ...shown(found), permissions: permissions(found) }];
  };
}

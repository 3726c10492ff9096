// The part of the mock that knows service accounts.
const idOf = (n) => `5acc0000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const day = (days) => new Date(Date.now() + days * 864e5).toISOString();
const secret = () => `tsr_sa_${'Ab3dXkQ9'.repeat(6)}${Math.random().toString(36).slice(2, 3)}`;

export function accountService({ rows, paged }) {
  const ref = (path, id) => {
    const row = rows[path].find((r) => r.id === id);
    return { id, str: row?.codename ?? row?.name ?? id };
  };
  const account = (n, more) => ({
    id: idOf(n),
    client_id: `sa-0190${String(n).padStart(4, '0')}7c1f4a9e8d21b5c6d7e8f901`,
    description: null,
    is_active: true,
    expiry_date: null,
    role: null,
    permissions: [],
    folders: [rows.folders[0].id],
    is_recursive: true,
    created_by: 'admin@example.org',
    secret_preview: 'tsr_sa_Ab3d',
    previous_secret_expires_at: null,
    created_at: day(-20 - n),
    updated_at: day(-n),
    ...more,
  });
  let accounts = [
    account(1, {
      name: 'asset-sync',
      description: 'Takes the assets over from the inventory, every night.',
      permissions: rows.permissions.filter((p) => p.codename.endsWith('_asset')).map((p) => p.id),
      folders: [rows.folders[1].id, rows.folders[2].id],
      expiry_date: day(90).slice(0, 10),
      previous_secret_expires_at: day(1),
    }),
    account(2, { name: 'dashboards', role: rows.roles[3].id }),
    account(3, { name: 'old-scanner', role: rows.roles[1].id, is_active: false }),
  ];
  const shown = (a) => ({
    ...a,
    role_name: a.role ? ref('roles', a.role).str : null,
    is_role_linked: !!a.role,
    permissions: a.permissions.map((id) => ref('permissions', id)),
    folders: a.folders.map((id) => ref('folders', id)),
  });

  return (method, path, query, body) => {
    const [, rest] = /^iam\/service-accounts\/(.*)$/.exec(path) ?? [];
    if (rest === undefined) return null;
    if (rest === 'roles/') return [200, rows.roles.map((r) => ({ id: r.id, str: r.name }))];
    if (!rest) {
      if (method === 'GET') return [200, paged(accounts.map(shown), query)];
      if (accounts.some((a) => a.name === body.name))
        return [400, { name: `${body.name} is already used in this scope. Please choose another value.` }];
      const made = account(accounts.length + 10, { ...body, created_at: day(0) });
      accounts.push(made);
      return [201, { ...shown(made), client_secret: secret() }];
    }
    const [id, deed] = rest.split('/');
    const found = accounts.find((a) => a.id === id);
    if (!found) return [404, { detail: 'No ServiceAccount matches the given query.' }];
    if (deed === 'rotate-secret') {
      found.previous_secret_expires_at = day(body.grace_hours / 24);
      return [200, { ...shown(found), client_secret: secret() }];
    }
    if (method === 'DELETE') accounts = accounts.filter((a) => a !== found);
    if (method === 'DELETE') return [204];
    if (method === 'PATCH') Object.assign(found, body);
    return [200, shown(found)];
  };
}

// Made-up data and the descriptions of the resources, for looking at the interface without the server.
const uuid = (kind, n) => `${kind}-0000-4000-8000-${String(n).padStart(12, '0')}`;
const ago = (days, minutes = 0) => new Date(Date.now() - days * 864e5 - minutes * 6e4).toISOString();

const f = (name, kind, more = {}) => ({
  name,
  label: name.replaceAll('_', ' ').replace(/^./, (c) => c.toUpperCase()),
  kind,
  required: false,
  read_only: false,
  nullable: true,
  list: true,
  detail: true,
  write: true,
  column: false,
  filter: false,
  order: false,
  search: false,
  help: '',
  ...more,
});
const shown = { column: true, order: true };
const name = f('name', 'text', { required: true, nullable: false, max_length: 200, search: true, ...shown });
const description = f('description', 'long_text', { search: true });
const refId = f('ref_id', 'text', { max_length: 100, search: true, filter: true, ...shown });
const folder = f('folder', 'reference', { target: 'folders', filter: true, nullable: false, column: true });
const stamps = ['created_at', 'updated_at'].map((n) =>
  f(n, 'datetime', { read_only: true, write: false, order: true, column: n === 'updated_at' }),
);
const builtin = f('builtin', 'boolean', { read_only: true, write: false });
const labels = f('filtering_labels', 'references', { target: 'filtering-labels', filter: true });
const choices = (pairs) => Object.entries(pairs).map(([value, label]) => ({ value, label }));

const ALL = ['list', 'retrieve', 'create', 'update', 'delete', 'batch', 'cascade'];
const resource = (path, model, module, label, plural, fields, more = {}) => ({
  path,
  model,
  module,
  label,
  plural,
  label_field: 'name',
  scope: 'folder',
  operations: ALL,
  permissions: Object.fromEntries(['view', 'add', 'change', 'delete'].map((v) => [v, `${v}_${model}`])),
  fields,
  ...more,
});

const LIFE = {
  undefined: 'Undefined',
  in_design: 'Design',
  in_dev: 'Development',
  in_prod: 'Production',
  eol: 'End of life',
};

export const RESOURCES = [
  resource(
    'permissions',
    'permission',
    'administration',
    'Permission',
    'Permissions',
    [f('codename', 'text', { search: true, write: false, read_only: true, ...shown })],
    { operations: ['list', 'retrieve'], label_field: 'codename' },
  ),
  resource(
    'actors',
    'actor',
    'organisation',
    'Actor',
    'Actors',
    [{ ...name, write: false, read_only: true }],
    {
      operations: ['list', 'retrieve', 'autocomplete'],
    },
  ),
  resource('folders', 'folder', 'organisation', 'Domain', 'Domains', [
    name,
    description,
    f('parent_folder', 'reference', { target: 'folders', column: true, filter: true }),
    f('create_iam_groups', 'boolean', { default: false }),
    f('content_type', 'text', { read_only: true, write: false, column: true }),
    labels,
    builtin,
    ...stamps,
  ]),
  resource('perimeters', 'perimeter', 'organisation', 'Perimeter', 'Perimeters', [
    name,
    refId,
    description,
    folder,
    f('lc_status', 'choice', {
      choices: choices(LIFE),
      default: 'in_design',
      nullable: false,
      filter: true,
      ...shown,
    }),
    f('default_assignee', 'references', { target: 'actors' }),
    ...stamps,
  ]),
  resource(
    'assets',
    'asset',
    'organisation',
    'Asset',
    'Assets',
    [
      refId,
      name,
      description,
      f('type', 'choice', {
        choices: choices({ PR: 'Primary', SP: 'Support' }),
        default: 'SP',
        nullable: false,
        filter: true,
        ...shown,
      }),
      folder,
      f('is_business_function', 'boolean', { default: false, filter: true }),
      f('security_objectives', 'security_objectives', { column: true }),
      f('disaster_recovery_objectives', 'recovery_objectives'),
      f('security_capabilities', 'security_objectives', { list: false }),
      f('recovery_capabilities', 'recovery_objectives', { list: false }),
      f('parent_assets', 'references', { target: 'assets', filter: true }),
      f('support_assets', 'references', { target: 'assets', read_only: true, write: false, list: false }),
      f('owner', 'references', { target: 'actors' }),
      labels,
      f('reference_link', 'url', { max_length: 2048, list: false }),
      f('observation', 'long_text', { list: false }),
      f('security_objectives_comparison', 'json', { list: false, write: false, read_only: true }),
      ...stamps,
    ],
    { operations: [...ALL, 'autocomplete'] },
  ),
  resource(
    'filtering-labels',
    'filteringlabel',
    'organisation',
    'Label',
    'Labels',
    [
      f('label', 'text', { required: true, nullable: false, max_length: 36, search: true, ...shown }),
      ...stamps,
    ],
    { label_field: 'label', scope: 'root' },
  ),
  resource(
    'users',
    'user',
    'administration',
    'User',
    'Users',
    [
      f('email', 'email', { required: true, nullable: false, search: true, ...shown }),
      f('first_name', 'text', { max_length: 150, search: true, ...shown }),
      f('last_name', 'text', { max_length: 150, search: true, ...shown }),
      f('is_active', 'boolean', { default: true, filter: true, column: true }),
      f('is_superuser', 'boolean', { default: false }),
      f('is_third_party', 'boolean', { default: false, filter: true }),
      f('expiry_date', 'date'),
      f('user_groups', 'references', { target: 'user-groups', filter: true, column: true }),
      f('date_joined', 'datetime', { read_only: true, write: false, order: true }),
    ],
    { label_field: 'email', scope: 'root', operations: [...ALL, 'autocomplete'] },
  ),
  resource('user-groups', 'usergroup', 'administration', 'User group', 'User groups', [
    name,
    description,
    folder,
    builtin,
    ...stamps,
  ]),
  resource(
    'roles',
    'role',
    'administration',
    'Role',
    'Roles',
    [
      name,
      description,
      f('permissions', 'references', { target: 'permissions', list: false }),
      { ...builtin, column: true },
    ],
    { scope: 'root' },
  ),
  resource(
    'role-assignments',
    'roleassignment',
    'administration',
    'Role assignment',
    'Role assignments',
    [
      f('user_group', 'reference', { target: 'user-groups', column: true, filter: true }),
      f('user', 'reference', { target: 'users', column: true, filter: true }),
      f('role', 'reference', { target: 'roles', required: true, column: true, filter: true }),
      f('perimeter_folders', 'references', { target: 'folders', required: true, column: true, filter: true }),
      f('is_recursive', 'boolean', { default: true, column: true }),
    ],
    { label_field: 'str' },
  ),
];

const MODELS = RESOURCES.map((r) => r.model).concat(['permission', 'globalsettings']);
const SPECIAL = [
  'view_central_auditlog',
  'view_object_audittrail',
  'approve_riskacceptance',
  'backup',
  'restore',
];
export const CODENAMES = [
  ...MODELS.flatMap((m) => ['view', 'add', 'change', 'delete'].map((v) => `${v}_${m}`)),
  ...SPECIAL,
];

const FOLDERS = [
  'Global',
  'Finance',
  'Manufacturing',
  'Research and development',
  'Logistics',
  'Payroll',
  'Treasury',
  'Plant Lyon',
  'Plant Gdańsk',
  'Cloud platform',
];
const PARENT = { 5: 1, 6: 1, 7: 2, 8: 2 };
const NOUNS = [
  'Customer register',
  'Payroll service',
  'Order history',
  'Backup vault',
  'Build server',
  'Badge reader',
  'Mail gateway',
  'Design archive',
  'Laptop fleet',
  'Telemetry lake',
  'Invoice engine',
  'Welding robot',
];
const PLACES = ['north', 'south', 'cloud', 'plant', 'legacy', 'pilot'];
const PEOPLE = [
  ['Ada', 'Okafor'],
  ['Jean-Luc', 'Martin'],
  ['Mei', 'Tanaka'],
  ['Olga', 'Nowak'],
  ['Samir', 'Haddad'],
  ['Inès', 'Lefèvre'],
  ['Tom', 'Brandt'],
  ['', ''],
];
const GROUPS = ['Administrator', 'Analyst', 'Approver', 'Reader', 'Respondent'];

export function build() {
  const rows = {};
  rows.folders = FOLDERS.map((n, i) => ({
    id: uuid('f01de000', i),
    name: n,
    description: i ? `Everything that belongs to ${n}.` : null,
    parent_folder: i ? uuid('f01de000', PARENT[i] ?? 0) : null,
    content_type: i ? 'DOMAIN' : 'GLOBAL',
    create_iam_groups: i < 3,
    builtin: i === 0,
    filtering_labels: [],
    created_at: ago(90 - i),
    updated_at: ago(9, i * 40),
  }));
  rows['filtering-labels'] = ['crown-jewel', 'gdpr', 'outsourced', 'legacy'].map((label, i) => ({
    id: uuid('1abe1000', i),
    label,
    created_at: ago(80),
    updated_at: ago(80),
  }));
  rows.perimeters = FOLDERS.slice(1).map((n, i) => ({
    id: uuid('9e219e7e', i),
    name: `${n} core`,
    ref_id: `P-${String(i + 1).padStart(2, '0')}`,
    description: null,
    folder: uuid('f01de000', i + 1),
    lc_status: Object.keys(LIFE)[i % 5],
    default_assignee: [],
    created_at: ago(60 - i),
    updated_at: ago(i),
  }));
  rows.assets = Array.from({ length: 236 }, (_, i) => {
    const primary = i % 5 === 0;
    return {
      id: uuid('a55e7000', i),
      ref_id: `A-${String(i + 1).padStart(4, '0')}`,
      name: `${NOUNS[i % NOUNS.length]}, ${PLACES[i % PLACES.length]} ${1 + Math.floor(i / 12)}`,
      description:
        i % 3
          ? 'Kept by the local team; restored twice a year as an exercise.\nSee the run book for the order of steps.'
          : null,
      type: primary ? 'PR' : 'SP',
      folder: uuid('f01de000', 1 + (i % 9)),
      is_business_function: i % 7 === 0,
      security_objectives: primary
        ? {
            objectives: {
              confidentiality: { value: i % 4, is_enabled: true },
              integrity: { value: 2, is_enabled: true },
              availability: { value: 3, is_enabled: i % 2 === 0 },
            },
          }
        : {},
      disaster_recovery_objectives: primary
        ? { objectives: { rto: { value: 14400 }, rpo: { value: 3600 } } }
        : {},
      security_capabilities: {},
      recovery_capabilities: {},
      parent_assets: primary ? [] : [uuid('a55e7000', i - (i % 5))],
      owner: [],
      filtering_labels: i % 4 === 0 ? [uuid('1abe1000', i % 3)] : [],
      reference_link: i % 6 ? null : 'https://wiki.example.org/assets',
      observation: null,
      created_at: ago(40 - (i % 30)),
      updated_at: ago(i % 20, i * 7),
    };
  });
  rows['user-groups'] = GROUPS.map((g, i) => ({
    id: uuid('960c9000', i),
    name: `Global - ${g}`,
    description: null,
    folder: uuid('f01de000', 0),
    builtin: true,
    created_at: ago(90),
    updated_at: ago(90),
  }));
  rows.users = PEOPLE.map(([first, last], i) => ({
    id: uuid('05e20000', i),
    email:
      i === 0
        ? 'admin@example.org'
        : `${(first || 'robot')
            .toLowerCase()
            .normalize('NFD')
            .replace(/[^a-z]/g, '')}@example.org`,
    first_name: first,
    last_name: last,
    is_active: i !== 6,
    is_superuser: i === 0,
    is_third_party: i === 5,
    expiry_date: null,
    user_groups: [uuid('960c9000', i % 5)],
    date_joined: ago(70 - i * 3),
  }));
  rows.roles = ['Administrator', 'Analyst', 'Approver', 'Reader', 'Plant auditor'].map((n, i) => ({
    id: uuid('201e0000', i),
    name: n,
    description: i === 4 ? 'Looks at plants, changes nothing.' : null,
    builtin: i < 4,
    permissions: CODENAMES.filter(
      (c) => i === 0 || c.startsWith('view_') || (i === 1 && /asset|perimeter/.test(c)),
    ),
  }));
  rows['role-assignments'] = GROUPS.slice(0, 4).map((_, i) => ({
    id: uuid('2a551900', i),
    user_group: uuid('960c9000', i),
    user: null,
    role: uuid('201e0000', i),
    perimeter_folders: [uuid('f01de000', 0)],
    is_recursive: true,
  }));
  rows.permissions = CODENAMES.map((codename, i) => ({
    id: uuid('9e240000', i),
    codename,
    name: `Can ${codename.replaceAll('_', ' ')}`,
  }));
  rows.actors = rows.users.map((u, i) => ({ id: uuid('ac702000', i), name: u.email }));
  return rows;
}

export const SESSIONS = () => [
  {
    id: 's1',
    created: ago(0, 50),
    last_used: ago(0, 0),
    expires: ago(-0.4),
    ip: '127.0.0.1',
    user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    current: true,
  },
  {
    id: 's2',
    created: ago(1),
    last_used: ago(0, 40),
    expires: ago(-0.2),
    ip: '10.0.3.21',
    user_agent: 'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/141.0 Safari/537.36',
    current: false,
  },
];

// The part of the mock that knows the second factor. Every code is 123456; 000000 is too late, 999999 is once too often.
const BROWSER = '_allauth/browser/v1';
const OFFER = {
  secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
  totp_url:
    'otpauth://totp/Tessera:admin%40example.org?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Tessera',
};
const wrong = [
  400,
  { status: 400, errors: [{ message: 'Incorrect code.', code: 'incorrect_code', param: 'code' }] },
];

export const codeAwaited = [
  401,
  {
    status: 401,
    data: {
      flows: [
        { id: 'login' },
        { id: 'mfa_authenticate', is_pending: true, types: ['totp', 'recovery_codes'] },
      ],
    },
    meta: { is_authenticated: false },
  },
];

export function secondFactor(user) {
  let since = null;
  let codes = [];
  const fresh = () => (codes = Array.from({ length: 10 }, (_, i) => `abcd-efgh-jkmn-pqr${i}`));
  const told = (shown = []) => ({
    status: 200,
    data: {
      type: 'recovery_codes',
      total_code_count: 10,
      unused_code_count: codes.length,
      unused_codes: shown,
    },
  });
  const data = () => ({ type: 'totp', created_at: since, last_used_at: null });
  function turn(on) {
    since = on ? Date.now() / 1000 : null;
    user().has_mfa_enabled = on;
  }
  return {
    active: () => since !== null,
    turn,
    answer(route, body, enter) {
      switch (route) {
        case `POST ${BROWSER}/auth/2fa/authenticate`:
          if (body.code === '000000') return [401, { status: 401, meta: { is_authenticated: false } }];
          if (body.code === '999999') return [429, { status: 429, errors: [] }, { 'Retry-After': '20' }];
          if (body.code !== '123456' && !codes.includes(body.code)) return wrong;
          codes = codes.filter((c) => c !== body.code);
          return enter();
        case `GET ${BROWSER}/account/authenticators/totp`:
          return since ? [200, { status: 200, data: data() }] : [404, { status: 404, meta: OFFER }];
        case `POST ${BROWSER}/account/authenticators/totp`:
          if (body.code !== '123456') return wrong;
          turn(true);
          return [200, { status: 200, data: data(), meta: { recovery_codes: fresh() } }];
        case `DELETE ${BROWSER}/account/authenticators/totp`:
          turn(false);
          return [200, { status: 200 }];
        case `GET ${BROWSER}/account/authenticators`:
          return [200, { status: 200, data: since ? [data(), told().data] : [] }];
        case `GET ${BROWSER}/account/authenticators/recovery-codes`:
          return since ? [200, told()] : [404, { status: 404 }];
        case `POST ${BROWSER}/account/authenticators/recovery-codes`:
          return [200, told(fresh())];
        default:
          return null;
      }
    },
  };
}

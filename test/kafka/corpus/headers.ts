import { BAD_SIGNATURE, bad, good, type Row, type Tools } from './row.ts';

/** Other headers. */
export const headersRows = ({ claims }: Tools): Row[] => [
  {
    name: 'crit of what is unknown',
    header: { crit: ['exp'], exp: 1 },
    accepted: bad,
    refusals: ['crit'],
    reason: "Unrecognized header 'exp' marked as critical",
  },
  { name: 'crit empty', header: { crit: [] }, accepted: good },
  { name: 'crit null', header: { crit: null }, accepted: good },
  {
    name: 'crit as text',
    header: { crit: 'b64' },
    accepted: bad,
    refusals: ['crit'],
    reason: 'crit header value not an array',
  },
  {
    name: 'crit with a number',
    header: { crit: [1] },
    accepted: bad,
    refusals: ['crit'],
    reason: 'cannot be cast to class java.lang.String',
  },
  { name: 'crit b64', header: { crit: ['b64'], b64: true }, accepted: good },
  {
    name: 'b64 false with a payload in base64',
    header: { crit: ['b64'], b64: false },
    accepted: bad,
    refusals: ['payload'],
    reason: 'Unable to parse what was expected to be the JWT Claim Set JSON',
  },
  { name: 'b64 as text', header: { b64: 'false' }, accepted: good },
  { name: 'cty json', header: { cty: 'application/json' }, accepted: good },
  {
    name: 'cty JWT without a JWT inside',
    header: { cty: 'JWT' },
    accepted: bad,
    refusals: ['cty'],
    reason: 'cannot start with',
  },
  {
    name: 'cty as a number',
    header: { cty: 1 },
    accepted: bad,
    refusals: ['cty'],
    reason: 'cannot be cast to class java.lang.String',
  },
  { name: 'cty empty', header: { cty: '' }, accepted: good },
  {
    name: 'a JWT inside a JWT',
    after: (token, sign) => sign({ header: { cty: 'JWT' }, payload: token }),
    accepted: good,
  },
  {
    name: 'a JWT inside a JWT, by another key each',
    after: (token, sign) =>
      sign({ header: { cty: 'application/jwt', alg: 'ES256' }, by: 'ec256', payload: token }),
    accepted: good,
  },
  {
    name: 'a JWT inside a JWT, the inner one forged',
    by: 'other',
    header: { kid: 'rsa' },
    after: (token, sign) => sign({ header: { cty: 'jwt' }, payload: token }),
    accepted: bad,
    refusals: ['signature'],
    reason: BAD_SIGNATURE,
  },
  {
    name: 'a JWT inside a JWT, the outer one forged',
    after: (token, sign) => sign({ header: { cty: 'jwt', kid: 'rsa' }, by: 'other', payload: token }),
    accepted: bad,
    refusals: ['signature'],
    reason: BAD_SIGNATURE,
  },
  {
    name: 'a JWT inside a JWT with plain JSON',
    header: { b64: false },
    payload: JSON.stringify(claims).replaceAll('.', '\\u002e'),
    after: (token, sign) => sign({ header: { cty: 'jwt' }, payload: token }),
    accepted: good,
  },
  {
    name: 'a JWT inside a JWT, the inner one unsigned',
    after: (token, sign) =>
      sign({ header: { cty: 'jwt' }, payload: `${token.split('.').slice(0, 2).join('.')}.` }),
    accepted: bad,
    refusals: ['signature'],
    reason: BAD_SIGNATURE,
  },
];

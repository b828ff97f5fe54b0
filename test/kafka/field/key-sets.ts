import { type FieldRow, main, set } from './row.ts';

/** Key sets that were met with oddities of their own, whoever published them. */
export const KEY_SET_ROWS: readonly FieldRow[] = [
  { name: 'key_ops is empty', keySet: ({ keys }) => set(main(keys.rsa, { key_ops: [] })), broker: 'refused' },
  {
    name: 'the token names the certificate of another key beside the kid',
    keySet: ({ keys }) => set(main(keys.rsa, { x5t: 'main' })),
    header: { x5t: 'other' },
    broker: 'refused',
  },
  {
    name: 'trailing commas',
    keySet: ({ keys }) => ({ body: `{"keys":[${JSON.stringify(main(keys.rsa))},],}` }),
    broker: 'works',
  },
  {
    name: 'a byte order mark before the key set',
    keySet: ({ keys }) => ({ body: `\ufeff${JSON.stringify({ keys: [main(keys.rsa)] })}` }),
    broker: 'does not start',
  },
  {
    name: 'a byte order mark before the discovery document alone',
    document: (usual) => ({ body: `\ufeff${usual}` }),
    keySet: ({ keys }) => set(main(keys.rsa)),
    broker: 'works',
  },
  { name: 'no use', keySet: ({ keys }) => set(main(keys.rsa, { alg: 'RS256' })), broker: 'works' },
  { name: 'use is null', keySet: ({ keys }) => set(main(keys.rsa, { use: null })), broker: 'works' },
  { name: 'use is empty', keySet: ({ keys }) => set(main(keys.rsa, { use: '' })), broker: 'refused' },
  { name: 'alg is null', keySet: ({ keys }) => set(main(keys.rsa, { alg: null })), broker: 'works' },
  {
    name: 'alg is another one',
    keySet: ({ keys }) => set(main(keys.rsa, { alg: 'RS512' })),
    broker: 'works',
  },
  {
    name: 'neither set nor token has a kid',
    keySet: ({ keys }) => set(keys.rsa),
    header: { kid: undefined },
    broker: 'works',
  },
  {
    name: 'no kid in the token, another key of its type first',
    keySet: ({ keys }) => set({ kid: 'b', ...keys.otherRsa }, main(keys.rsa)),
    header: { kid: undefined },
    broker: 'refused',
  },
  {
    name: 'one kid for several keys of one type, another one first',
    keySet: ({ keys }) => set(main(keys.otherRsa), main(keys.rsa)),
    broker: 'refused',
  },
  {
    name: 'one kid for keys of several types',
    keySet: ({ keys }) => set(main(keys.ec), main(keys.ed), main(keys.rsa)),
    broker: 'works',
  },
  {
    name: 'the kid is in the wrong case',
    keySet: ({ keys }) => set(main(keys.rsa, { kid: 'MAIN' })),
    broker: 'refused',
  },
  {
    name: 'private parameters are empty in an EC key',
    keySet: ({ keys }) => set(main(keys.ec, { d: '' })),
    by: 'ec',
    broker: 'works',
  },
  {
    name: 'private parameters are null in an EC key',
    keySet: ({ keys }) => set(main(keys.ec, { d: null })),
    by: 'ec',
    broker: 'refused',
  },
  {
    name: 'all private parameters but d are null in an RSA key',
    keySet: ({ keys }) => set(main(keys.rsa, { p: null, q: null, dp: null, dq: null, qi: null, oth: null })),
    broker: 'works',
  },
  {
    name: 'a secret without a value beside a good key',
    keySet: ({ keys }) => set({ kty: 'oct', kid: 'hs', alg: 'HS256', use: 'sig' }, main(keys.rsa)),
    broker: 'works',
  },
  {
    name: 'keys in plain base64, with padding',
    keySet: ({ keys }) =>
      set(main(keys.rsa, { n: `${Buffer.from(String(keys.rsa['n']), 'base64url').toString('base64')}` })),
    broker: 'works',
  },
  {
    name: 'a modulus with a zero in front, as Java writes it',
    keySet: ({ keys }) => {
      const signed = Buffer.concat([Buffer.from([0]), Buffer.from(String(keys.rsa['n']), 'base64url')]);
      return set(main(keys.rsa, { n: signed.toString('base64url') }));
    },
    broker: 'works',
  },
  {
    name: 'a certificate of another key',
    keySet: ({ keys }) => set(main(keys.otherRsa, { x5c: keys.certified['x5c'] })),
    broker: 'refused',
  },
  {
    name: 'a certificate with PEM lines around it',
    keySet: ({ keys }) => set(main(keys.rsa, { x5c: [keys.pem] })),
    broker: 'refused',
  },
  {
    name: 'a certificate with line breaks in it',
    keySet: ({ keys }) =>
      set(
        main(keys.rsa, { x5c: [String((keys.certified['x5c'] as string[])[0]).replace(/(.{64})/g, '$1\n')] }),
      ),
    broker: 'works',
  },
  {
    name: 'a certificate alone, without n and e',
    keySet: ({ keys }) => set({ kid: 'main', kty: 'RSA', use: 'sig', ...keys.certified }),
    broker: 'refused',
  },
  {
    name: 'a text for x5c',
    keySet: ({ keys }) => set(main(keys.rsa, { x5c: (keys.certified['x5c'] as string[])[0] })),
    broker: 'refused',
  },
  { name: 'no kty', keySet: ({ keys }) => set(main(keys.rsa, { kty: undefined })), broker: 'refused' },
  {
    name: 'kty in small letters',
    keySet: ({ keys }) => set(main(keys.rsa, { kty: 'rsa' })),
    broker: 'refused',
  },
  {
    name: 'one key in the place of a set',
    keySet: ({ keys }) => ({ body: main(keys.rsa) }),
    broker: 'does not start',
  },
  { name: 'keys is null', keySet: () => ({ body: { keys: null } }), broker: 'does not start' },
  { name: 'a PEM file', keySet: ({ keys }) => ({ body: keys.pem }), broker: 'does not start' },
  {
    name: 'the discovery document in the place of the key set',
    keySet: ({ issuer, jwksUrl }) => ({ body: { issuer, jwks_uri: jwksUrl } }),
    broker: 'does not start',
  },
  {
    name: 'a key set in a text of JSON',
    keySet: ({ keys }) => ({ body: JSON.stringify(JSON.stringify({ keys: [main(keys.rsa)] })) }),
    broker: 'does not start',
  },
  {
    name: 'something after the key set',
    keySet: ({ keys }) => ({
      body: `${JSON.stringify({ keys: [main(keys.rsa)] })}\n<!-- served by web-1 -->`,
    }),
    broker: 'does not start',
  },
  {
    name: 'the login page of a portal, with 200',
    keySet: () => ({
      headers: { 'content-type': 'text/html' },
      body: '<!doctype html><title>Sign in</title>',
    }),
    broker: 'does not start',
  },
];

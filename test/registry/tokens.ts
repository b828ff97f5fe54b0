import { goodClaims, type Row } from '../kafka/corpus.ts';

/** A token beside those that Kafka judges; what comes of it is for PyJWT to say. */
export type TokenRow = Omit<Row, 'accepted'>;

/** Tokens that only Python's way of reading, or PyJWT's rules, tell apart; at a time in seconds. */
export function pythonTokens(now: number): TokenRow[] {
  const claims = goodClaims(now);
  const json = (more: string) => `${JSON.stringify(claims).slice(0, -1)},${more}}`;
  const times: Readonly<Record<string, number>> = {
    '{PAST}': now - 9,
    '{SOON}': now + 60,
    '{LATER}': now + 600,
  };
  const inTime = (text: string) => text.replace(/\{[A-Z]+\}/g, (name) => String(times[name]));
  const withClaim = (name: string, value: string) => ({
    name: `${name} as ${value.slice(0, 40)}${value.length > 40 ? `, ${value.length} characters` : ''}`,
    payload: json(`"${name}":${inTime(value)}`),
  });
  return [
    ...[
      '"{LATER}"',
      '" {LATER}\\n"',
      '"+{LATER}"',
      `"1_${'0'.repeat(9)}0"`,
      '"{LATER}.5"',
      '"_{LATER}"',
      `"1__0"`,
      '""',
    ].map((value) => withClaim('exp', value)),
    ...[
      'true',
      'null',
      'NaN',
      'Infinity',
      '-Infinity',
      '1e999',
      '{LATER}.9',
      '1e12',
      '[]',
      '{}',
      '9'.repeat(4300),
      '9'.repeat(4301),
      '-1',
    ].map((value) => withClaim('exp', value)),
    ...['"{PAST}"', 'null', 'true', '-1', '{SOON}', '{PAST}.5', '1e999', '"x"', '[]'].map((value) =>
      withClaim('iat', value),
    ),
    ...['"{PAST}"', 'null', 'false', '{SOON}', '{PAST}.5', '-1e999'].map((value) => withClaim('nbf', value)),
    ...[
      'null',
      '""',
      '[]',
      '1',
      '{}',
      '["other","kafka"]',
      '["kafka",null]',
      '"KAFKA"',
      '" kafka"',
      '0',
      'false',
    ].map((value) => withClaim('aud', value)),
    ...['null', '""', '1', '["https://idp.example.com"]'].map((value) => withClaim('iss', value)),
    ...['null', '""', '1', 'true', '["alice"]'].map((value) => withClaim('sub', value)),
    ...['null', '""', '1'].map((value) => withClaim('jti', value)),
    ...['null', '""', '0', '["x"]', '{}'].map((value) => ({
      ...withClaim('name', value),
      settings: { subject: 'name' },
    })),
    {
      name: 'sub null where another claim is named',
      payload: json('"sub":null,"name":"x"'),
      settings: { subject: 'name' },
    },
    {
      name: 'no sub where another claim is named',
      claims: { sub: undefined, name: 'x' },
      settings: { subject: 'name' },
    },
    { name: 'audiences with blanks around', settings: { audience: ' other , kafka ,' } },
    { name: 'audiences that are commas alone', settings: { audience: ' , ' } },
    { name: 'crit b64 and b64 true', header: { crit: ['b64'], b64: true } },
    { name: 'crit b64 twice and b64 true', header: { crit: ['b64', 'b64'], b64: true } },
    { name: 'crit b64 without b64', header: { crit: ['b64'] } },
    { name: 'crit of numbers', header: { crit: [1] } },
    { name: 'b64 as null', header: { b64: null } },
    { name: 'b64 as 0', header: { b64: 0 } },
    { name: 'alg as a list', header: { alg: ['RS256'] }, signAs: 'RS256' },
    { name: 'alg in lower case', header: { alg: 'rs256' }, signAs: 'RS256' },
    {
      name: 'a payload in UTF-16, big-endian',
      payload: Buffer.from(JSON.stringify(claims), 'utf16le').swap16(),
    },
    {
      name: 'a payload in UTF-16 with a mark',
      payload: Buffer.from(`\ufeff${JSON.stringify(claims)}`, 'utf16le'),
    },
    { name: 'a payload with half of a surrogate', payload: json('"a":"\\ud800"') },
    { name: 'a payload with -NaN', payload: json('"a":-NaN') },
    { name: 'a payload with 1NaN', payload: json('"a":1NaN') },
    { name: 'a payload with NaN in a text', payload: json('"a":"NaN \\" Infinity"') },
    { name: 'a payload with a comma at its end', payload: `${JSON.stringify(claims).slice(0, -1)},}` },
    { name: 'a payload with a control character in a text', payload: json('"a":"\u0001"') },
    { name: 'a payload with a no-break space', payload: `${JSON.stringify(claims)}\u00a0` },
    { name: 'a payload 500 deep', payload: json(`"a":${'['.repeat(500)}${']'.repeat(500)}`) },
    { name: 'a payload that ends in padding', after: (token) => token.replace(/\.([^.]*)$/, '=.$1') },
    { name: 'a signature with padding', after: (token) => `${token}==` },
    { name: 'a signature with too much padding', after: (token) => `${token}======` },
    { name: 'a signature with something after its padding', after: (token) => `${token}==AAAA` },
    {
      name: 'a signature with other characters in it',
      after: (token) => `${token.slice(0, -9)}~~~~${token.slice(-9)}`,
    },
    {
      name: 'a signature in the other alphabet',
      after: (token) => token.replace(/[^.]*$/, (text) => text.replaceAll('-', '+').replaceAll('_', '/')),
    },
    { name: 'a signature cut short', after: (token) => token.slice(0, -4) },
    { name: 'a signature of one character', after: (token) => token.replace(/[^.]*$/, 'A') },
  ];
}

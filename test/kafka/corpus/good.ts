import { bad, good, type Row } from './row.ts';

/** Good tokens, and everything that does not matter. */
export const goodRows = (): Row[] => [
  { name: 'a good token', accepted: good },
  { name: 'typ at+jwt', header: { typ: 'at+jwt' }, accepted: good },
  { name: 'typ that means nothing', header: { typ: 42 }, accepted: good },
  { name: 'unknown claims of any kind', claims: { a: null, b: [1, {}], c: { d: [] } }, accepted: good },
  { name: 'a claim of 300000 characters', claims: { long: 'x'.repeat(300_000) }, accepted: good },
  {
    name: 'a token longer than a broker receives',
    claims: { long: 'x'.repeat(400_000) },
    accepted: bad,
    refusals: ['token'],
    reason: 'Failing SASL authentication due to invalid receive size',
  },
  { name: 'zip, which is for encrypted tokens', header: { zip: 'DEF' }, accepted: good },
  {
    name: 'a jwk header with a key of its own',
    header: { jwk: { kty: 'oct', k: 'AAAA' } },
    accepted: good,
  },
];

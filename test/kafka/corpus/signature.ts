import { BAD_SIGNATURE, bad, good, type Row, type Tools } from './row.ts';

/** The signature. */
export const signatureRows = ({ claims, part }: Tools): Row[] => [
  {
    name: 'signed by another key',
    by: 'other',
    header: { kid: 'rsa' },
    accepted: bad,
    refusals: ['signature'],
    reason: BAD_SIGNATURE,
  },
  {
    name: 'payload changed afterwards',
    after: part(1, () => Buffer.from(JSON.stringify({ ...claims, sub: 'mallory' })).toString('base64url')),
    accepted: bad,
    refusals: ['signature'],
    reason: BAD_SIGNATURE,
  },
  {
    name: 'header changed afterwards',
    after: part(0, () => Buffer.from('{"kid":"rsa","alg":"RS256"}').toString('base64url')),
    accepted: bad,
    refusals: ['signature'],
    reason: BAD_SIGNATURE,
  },
  {
    name: 'signature cut short',
    after: (token) => token.slice(0, -8),
    accepted: bad,
    refusals: ['signature'],
    reason: BAD_SIGNATURE,
  },
  {
    name: 'signature too long',
    after: (token) => `${token}AAAA`,
    accepted: bad,
    refusals: ['signature'],
    reason: BAD_SIGNATURE,
  },
  {
    name: 'signature of one character',
    after: part(2, () => 'A'),
    accepted: bad,
    refusals: ['signature'],
    reason: BAD_SIGNATURE,
  },
  {
    name: 'signature of zeros, EC',
    header: { alg: 'ES256' },
    by: 'ec256',
    after: part(2, () => Buffer.alloc(64).toString('base64url')),
    accepted: bad,
    refusals: ['signature'],
    reason: BAD_SIGNATURE,
  },
  {
    name: 'signature empty, EC',
    header: { alg: 'ES256' },
    by: 'ec256',
    after: part(2, () => 'A'),
    accepted: bad,
    refusals: ['signature'],
  },
  {
    name: 'signature with zeros before each half, EC',
    header: { alg: 'ES256' },
    by: 'ec256',
    after: part(2, (text) => {
      const raw = Buffer.from(text, 'base64url');
      return Buffer.concat([
        Buffer.alloc(1),
        raw.subarray(0, 32),
        Buffer.alloc(1),
        raw.subarray(32),
      ]).toString('base64url');
    }),
    accepted: bad,
    refusals: ['signature'],
    reason: BAD_SIGNATURE,
  },
  {
    name: 'signature in standard base64',
    after: part(2, (text) => text.replaceAll('-', '+').replaceAll('_', '/')),
    accepted: good,
  },
  { name: 'signature with padding', after: (token) => `${token}==`, accepted: good },
  {
    name: 'signature with tildes, which are skipped',
    after: part(2, (text) => `~${text.slice(0, 9)}~~${text.slice(9)}`),
    accepted: good,
  },
  {
    name: 'signature with spare bits set',
    after: part(2, (text) => text.slice(0, -1) + 'BRhx'['AQgw'.indexOf(text.at(-1) ?? '')]),
    accepted: good,
  },
];

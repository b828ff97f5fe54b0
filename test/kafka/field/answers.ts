import { gzipSync } from 'node:zlib';
import { type FieldRow, main, type Page, type Place, type Reply, set } from './row.ts';

const good = ({ keys }: Place): Reply => set(main(keys.rsa, { use: 'sig', alg: 'RS256' }));
const text = (place: Place): string => JSON.stringify(good(place).body);

function redirected(status: number, target = ({ jwksUrl }: Place) => `${jwksUrl}/moved`) {
  return {
    keySet: (place: Place) => ({ status, headers: { location: target(place) } }),
    more: (place: Place) => ({ '/jwks/moved': good(place) }),
  };
}

/** Busy for the first requests, then well. */
function atFirst(busy: Reply, times: number) {
  return (place: Place): Page =>
    ({ before }) =>
      before < times ? busy : good(place);
}

function raw(place: Place, lines: readonly string[], end = '\r\n'): Reply {
  return { raw: ['HTTP/1.1 200 OK', 'Content-Type: application/json', ...lines, '', text(place)].join(end) };
}

const length = (place: Place) => `Content-Length: ${Buffer.byteLength(text(place))}`;

/** How providers, and what stands in front of them, answer. */
export const ANSWER_ROWS: readonly FieldRow[] = [
  { name: 'moved for good, 301', ...redirected(301), broker: 'works' },
  {
    name: 'moved, 302, to a path alone',
    ...redirected(302, ({ jwksUrl }) => `${new URL(jwksUrl).pathname}/moved`),
    broker: 'works',
  },
  { name: 'see other, 303', ...redirected(303), broker: 'works' },
  { name: 'moved for now, 307', ...redirected(307), broker: 'works' },
  { name: 'moved for good, 308', ...redirected(308), broker: 'does not start' },
  {
    name: 'a redirect to http',
    ...redirected(302, ({ jwksUrl }) => jwksUrl.replace('https:', 'http:')),
    broker: 'does not start',
  },
  { name: 'a redirect to itself', ...redirected(302, ({ jwksUrl }) => jwksUrl), broker: 'does not start' },
  { name: 'a redirect to nowhere', keySet: () => ({ status: 302 }), broker: 'does not start' },
  {
    name: 'a discovery document in gzip although not asked for',
    document: (usual) => ({ headers: { 'content-encoding': 'gzip' }, body: gzipSync(usual) }),
    keySet: good,
    broker: 'works',
  },
  {
    name: 'a key set in gzip although not asked for',
    keySet: (place) => ({ headers: { 'content-encoding': 'gzip' }, body: gzipSync(text(place)) }),
    broker: 'does not start',
  },
  {
    name: 'gzip only for who asks for it',
    keySet:
      (place) =>
      ({ acceptEncoding }) =>
        acceptEncoding.includes('gzip')
          ? { headers: { 'content-encoding': 'gzip' }, body: gzipSync(text(place)) }
          : good(place),
    broker: 'works',
  },
  {
    name: 'an answer that says gzip and is not',
    keySet: (place) => ({ headers: { 'content-encoding': 'gzip' }, body: text(place) }),
    broker: 'works',
  },
  {
    name: '503 with Retry-After, once',
    keySet: atFirst({ status: 503, headers: { 'retry-after': '1' } }, 1),
    broker: 'works',
  },
  {
    name: '502 from a gateway, twice',
    keySet: atFirst({ status: 502, body: '<h1>Bad Gateway</h1>' }, 2),
    broker: 'works',
  },
  {
    name: '503 with Retry-After for an hour',
    keySet: () => ({ status: 503, headers: { 'retry-after': '3600' } }),
    broker: 'does not start',
    action: 'unseen',
  },
  {
    name: '429 with Retry-After for an hour',
    keySet: () => ({ status: 429, headers: { 'retry-after': '3600' } }),
    broker: 'does not start',
    action: 'unseen',
  },
  { name: '403 for everyone', keySet: () => ({ status: 403 }), broker: 'does not start', action: 'unseen' },
  {
    name: '403 for this client alone',
    keySet:
      (place) =>
      ({ userAgent }) =>
        userAgent.startsWith('Java/') ? good(place) : { status: 403 },
    broker: 'works',
    action: 'unseen',
  },
  { name: '404', keySet: () => ({ status: 404 }), broker: 'does not start' },
  { name: '410', keySet: () => ({ status: 410 }), broker: 'does not start' },
  { name: 'a cold provider, 6 s', keySet: (place) => ({ ...good(place), delayMs: 6_000 }), broker: 'works' },
  {
    name: '20 KiB of headers',
    keySet: (place) => ({ ...good(place), headers: { 'x-policy': 'x'.repeat(20_000) } }),
    broker: 'works',
  },
  {
    name: 'Content-Length twice, the same',
    keySet: (place) => raw(place, [length(place), length(place)]),
    broker: 'works',
    action: 'unseen',
  },
  {
    name: 'line feeds alone',
    keySet: (place) => raw(place, [length(place)], '\n'),
    broker: 'works',
    action: 'unseen',
  },
  {
    name: 'neither a length nor chunks',
    keySet: (place) => raw(place, ['Connection: close']),
    broker: 'works',
  },
  {
    name: 'HTTP/1.0',
    keySet: (place) => ({ raw: `HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n${text(place)}` }),
    broker: 'works',
  },
  {
    name: 'a body shorter than its length',
    keySet: (place) => raw(place, ['Content-Length: 99999']),
    broker: 'works',
    action: 'unseen',
  },
  { name: 'no type', keySet: (place) => raw(place, [length(place)].concat('X-Type: none')), broker: 'works' },
  {
    name: 'the type of a download',
    keySet: (place) => ({
      ...good(place),
      headers: {
        'content-type': 'application/octet-stream',
        'content-disposition': 'attachment; filename=jwks.json',
      },
    }),
    broker: 'works',
  },
  {
    name: 'the text in UTF-16',
    keySet: (place) => ({ body: Buffer.from(text(place), 'utf16le') }),
    broker: 'does not start',
  },
  {
    name: 'a certificate of a private authority',
    server: 'private authority',
    keySet: good,
    broker: 'does not start',
  },
  {
    name: 'http at the port of https',
    server: 'plain http',
    keySet: good,
    broker: 'does not start',
    action: 'unseen',
  },
  { name: 'nobody at the port', server: 'nobody', keySet: good, broker: 'does not start', action: 'unseen' },
];

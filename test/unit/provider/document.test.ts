import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { NetworkFault } from '../../../src/net/faults.ts';
import { type Fetched, fetchDocument } from '../../../src/provider/document.ts';
import { explainFault, explainStatus, isPassing } from '../../../src/provider/trouble.ts';
import { type Reply, SCRIPT_START, scripted } from '../../world/scripted-http.ts';

/** How a document of a provider is fetched: asked again, redirected, unpacked; on a clock of its own. */

const URL_OF_IT = new URL('https://idp.example.com/jwks');
const GOOD: Reply = { body: '{"keys":[]}' };
const fault = (kind: NetworkFault['kind']) => new NetworkFault(kind, `it was ${kind}`);

async function fetched(
  replies: readonly Reply[] | ((index: number) => Reply),
  readers: 'brokers' | 'clients' = 'brokers',
) {
  const world = scripted((_, index) =>
    typeof replies === 'function' ? replies(index) : (replies[index] ?? GOOD),
  );
  const stop = new AbortController().signal;
  const result: Fetched = await fetchDocument({ ...world, stop }, URL_OF_IT, readers);
  return { world, result, why: result.got === 'nothing' ? result.why : null };
}

describe('asked again', () => {
  for (const [what, reply] of [
    ['503', { status: 503 }],
    ['500', { status: 500 }],
    ['429', { status: 429 }],
    ['a lost answer', fault('lost')],
    ['no connection', fault('unreached')],
  ] as const) {
    test(`is after ${what}, after a quarter of a second and after one`, async () => {
      const { world, result } = await fetched([reply, reply]);
      assert.deepEqual(Object.keys(result).sort(), ['got', 'text', 'visited']);
      assert.deepEqual(world.waits, [250, 1_000]);
    });
  }
  for (const [what, reply] of [
    ['404', { status: 404 }],
    ['201', { status: 201 }],
    ['403', { status: 403 }],
    ['a certificate that is not trusted', fault('untrusted')],
    ['too large an answer', fault('too large')],
  ] as const) {
    test(`is not after ${what}`, async () => {
      const { world, result } = await fetched([reply]);
      assert.equal(result.got, 'nothing');
      assert.equal(world.requests.length, 1);
      assert.ok(result.got === 'nothing' && result.asked === undefined);
    });
  }
  test('is three times in all, and told so', async () => {
    const { world, result } = await fetched(() => ({ status: 503 }));
    assert.equal(world.requests.length, 3);
    assert.equal(result.got === 'nothing' && result.asked, ' (asked 3 times in 1.3 s)');
  });
  test('is when the provider says, and five times at most', async () => {
    const { world } = await fetched(() => ({ status: 429, headers: { 'retry-after': '3' } }));
    assert.deepEqual(world.waits, [3_000, 3_000, 3_000, 3_000]);
  });
  test('is not later than after 25 s', async () => {
    const later = await fetched(() => ({ status: 429, headers: { 'retry-after': '26' } }));
    assert.deepEqual(later.world.waits, []);
    const inTime = await fetched([{ status: 429, headers: { 'retry-after': '24' } }]);
    assert.deepEqual(inTime.world.waits, [24_000]);
    const last = new Date(SCRIPT_START + 25_000).toUTCString();
    const atLast = await fetched([{ status: 429, headers: { 'retry-after': last } }]);
    assert.deepEqual(atLast.world.waits, [24_995]);
  });
  for (const [value, waits] of [
    [new Date(SCRIPT_START + 4_000).toUTCString(), [3_995]],
    [new Date(SCRIPT_START - 4_000).toUTCString(), [0]],
    [new Date(SCRIPT_START + 4_000).toISOString(), [3_995]],
    ['Wed Nov 25 2026 12:00:04 +0000', [3_995]],
    ['soon', [250]],
  ] as const) {
    test(`is after Retry-After: ${value}`, async () =>
      assert.deepEqual(
        (await fetched([{ status: 503, headers: { 'retry-after': value } }])).world.waits,
        waits,
      ));
  }
  test('is not after an error of this program', async () => {
    const bug = new TypeError('bug');
    await assert.rejects(fetched([bug]), bug);
  });
});

describe('a redirect', () => {
  const to = (location: string, status = 302): Reply => ({ status, headers: { location } });

  test('is followed, relative ones as well, and what was visited is told', async () => {
    const { result } = await fetched([to('/a'), to('https://other.example.com/b', 307)]);
    assert.deepEqual(result.got === 'document' && result.visited.map(({ href }) => href), [
      URL_OF_IT.href,
      'https://idp.example.com/a',
      'https://other.example.com/b',
    ]);
  });
  test('off https is not followed', async () =>
    assert.equal((await fetched([to('http://idp.example.com/')])).why, 'it redirects to http'));
  test('is followed five times, not six', async () => {
    assert.equal((await fetched((index) => (index < 5 ? to(`/${index}`) : GOOD))).result.got, 'document');
    const { why, world } = await fetched((index) => to(`/${index}`));
    assert.equal(why, 'it redirects more than 5 times');
    assert.equal(world.requests.length, 6);
  });
  test('with 308 is not followed by brokers, and is by others', async () => {
    assert.match((await fetched([to('/a', 308)])).why ?? '', /status 308, which brokers do not follow/);
    assert.equal((await fetched([to('/a', 308)], 'clients')).result.got, 'document');
  });
  test('to nowhere is an answer of its status', async () => {
    assert.equal((await fetched([{ status: 302 }])).why, 'it answers 302');
    assert.equal((await fetched([to('https://')])).why, 'it answers 302');
  });
  test('is none where the status says otherwise', async () => {
    for (const status of [400, 404])
      assert.equal((await fetched([to('/a', status)])).why, `it answers ${status}`);
    assert.equal((await fetched([{ ...to('/a', 200), body: 'here' }])).world.requests.length, 1);
    assert.equal((await fetched([to('/a', 300)])).world.requests.length, 2);
  });
  test('that is not followed is certain', async () => {
    const { result } = await fetched([to('http://idp.example.com/')]);
    assert.equal(result.got === 'nothing' && result.certainty, 'certain');
  });
});

describe('a document', () => {
  const packed: Reply = { body: gzipSync('{}') };

  test('that is packed is not for brokers, and is unpacked for others', async () => {
    assert.match((await fetched([packed])).why ?? '', /compressed although nobody asked/);
    const { result } = await fetched([packed], 'clients');
    assert.equal(result.got === 'document' && result.text, '{}');
  });
  test('that merely begins like a packed one is told as compressed', async () =>
    assert.match(
      (await fetched([{ body: Buffer.from([0x1f, 0x8b, 1]) }], 'clients')).why ?? '',
      /compressed/,
    ));
  test('that has one byte of a packed one is read as it is', async () => {
    for (const bytes of [
      [0x1f, 0x20],
      [0x20, 0x8b],
    ])
      assert.equal((await fetched([{ body: Buffer.from(bytes) }])).result.got, 'document');
  });
  test('that is too large once it is unpacked is told as compressed', async () => {
    const large = (length: number): Reply => ({ body: gzipSync(Buffer.alloc(length, 'a')) });
    assert.equal((await fetched([large(512 * 1024)], 'clients')).result.got, 'document');
    assert.match((await fetched([large(512 * 1024 + 1)], 'clients')).why ?? '', /compressed/);
  });
  test('keeps its byte order mark for brokers alone', async () => {
    const marked: Reply = { body: '\ufeff{}' };
    const [brokers, clients] = [await fetched([marked]), await fetched([marked], 'clients')];
    assert.equal(brokers.result.got === 'document' && brokers.result.text, '\ufeff{}');
    assert.equal(clients.result.got === 'document' && clients.result.text, '{}');
    const inside = await fetched([{ body: '{}\ufeff' }], 'clients');
    assert.equal(inside.result.got === 'document' && inside.result.text, '{}\ufeff');
  });
  test('is asked for as brokers do, or as JSON', async () => {
    const [request] = (await fetched([])).world.requests;
    assert.equal(request?.headers?.['accept'], 'text/html, image/gif, image/jpeg, */*; q=0.2');
    assert.deepEqual(
      [request?.method, request?.headersMs, request?.bodyMs, request?.maxBytes],
      ['GET', 20_000, 20_000, 524_288],
    );
    assert.equal(
      (await fetched([], 'clients')).world.requests[0]?.headers?.['accept'],
      'application/json, */*; q=0.2',
    );
  });
});

describe('a status means', () => {
  for (const [status, certainty, why, remedy] of [
    [429, 'unseen', 'it answers 429: it is overloaded', /^Run the step again later\. If the brokers can/],
    [503, 'unseen', 'it answers 503: it is overloaded', /^Run the step again later\./],
    [500, 'unseen', 'it answers 500', /once it has recovered/],
    [502, 'unseen', 'it answers 502', /once it has recovered/],
    [401, 'unseen', 'it answers 401: it refuses this client', /A firewall/],
    [403, 'unseen', 'it answers 403: it refuses this client', /A firewall/],
    [407, 'unseen', 'it answers 407: it refuses this client', /A firewall/],
    [451, 'unseen', 'it answers 451: it refuses this client', /A firewall/],
    [
      406,
      'certain',
      'it answers 406: it rejects the Accept header that brokers send',
      /regardless of the Accept header/,
    ],
    [404, 'certain', 'it answers 404', /^$/],
    [201, 'certain', 'it answers 201', /^$/],
  ] as const) {
    test(String(status), () => {
      const told = explainStatus(status);
      assert.deepEqual([told.got, told.certainty, told.why], ['nothing', certainty, why]);
      assert.match(told.remedy, remedy);
    });
  }
  test('trouble that may pass, or not', () =>
    assert.deepEqual([428, 429, 430, 499, 500, 503, 599].map(isPassing), [
      false,
      true,
      false,
      false,
      true,
      true,
      true,
    ]));
});

describe('no answer means', () => {
  for (const [kind, code, certainty, remedy] of [
    ['lost', 'ECONNRESET', 'unseen', /^Hint\. If the brokers can reach it/],
    ['unreached', 'ENOTFOUND', 'unseen', /^Hint\. If the brokers/],
    ['lost', 'HTTPParserError', 'unseen', /^Java, and therefore a broker, may be able to read it/],
    ['too large', 'UND_ERR_HEADERS_OVERFLOW', 'unseen', /^Java, and therefore a broker/],
    ['too large', '', 'certain', /^$/],
    ['untrusted', 'CERT_HAS_EXPIRED', 'certain', /^Renew the certificate of the provider\.$/],
    ['untrusted', 'ERR_TLS_CERT_ALTNAME_INVALID', 'certain', /^Hint\.$/],
    ['untrusted', 'SELF_SIGNED_CERT_IN_CHAIN', 'certain', /The CA of this one is private/],
    ['untrusted', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certain', /fails to send the intermediate certificate/],
    ['untrusted', 'ERR_SSL_WRONG_VERSION_NUMBER', 'unseen', /^Brokers may support a TLS/],
    ['untrusted', 'EPROTO', 'unseen', /^Brokers may support a TLS/],
    ['untrusted', 'PROXY_407', 'unseen', /^Hint\. If the brokers/],
  ] as const) {
    test(`${kind}, ${code || 'no code'}`, () => {
      const told = explainFault(new NetworkFault(kind, 'it did not work', { code, remedy: 'Hint.' }));
      assert.deepEqual([told.got, told.certainty, told.why], ['nothing', certainty, 'it did not work']);
      assert.match(told.remedy, remedy);
    });
  }
});

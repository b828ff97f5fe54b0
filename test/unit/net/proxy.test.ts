import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { networkFault } from '../../../src/net/faults.ts';
import { readProxy } from '../../../src/net/proxy.ts';

const HTTPS_PROXY = 'http://proxy.corp.test:3128';

describe('a proxy', () => {
  test('is none where the variable is not set, or empty', () => {
    assert.equal(readProxy({}), null);
    assert.equal(readProxy({ HTTPS_PROXY: '', HTTP_PROXY: HTTPS_PROXY }), null);
  });

  test('is the one whose name is in lower case', () => {
    const https_proxy = 'http://other.corp.test:8080';
    const read = readProxy({ HTTPS_PROXY, https_proxy, NO_PROXY: 'corp.test' });
    assert.equal(read?.url.host, 'other.corp.test:8080');
    assert.equal(read?.except, 'corp.test,localhost,127.0.0.1,::1');
  });

  for (const wrong of [
    'proxy.corp.test:3128',
    'socks5://proxy.corp.test:1080',
    'http://runner:50%@proxy.corp.test',
  ])
    test(`is refused as ${wrong}, and its text is not repeated`, () => {
      assert.throws(
        () => readProxy({ HTTPS_PROXY: wrong }),
        ({ title, message }: Error & { title: string }) =>
          title === 'The address of the proxy is wrong' &&
          message.includes('HTTPS_PROXY is not an http or https URL') &&
          !message.includes(wrong),
      );
    });

  test('may have a user name and a password with any character, encoded', () => {
    const { url } = readProxy({ HTTPS_PROXY: 'http://run%40ner:50%25@proxy.corp.test:3128' }) ?? {};
    assert.equal(url?.password, '50%25');
  });
});

describe('a connection that fails is blamed on', () => {
  const REFUSED = { code: 'ECONNREFUSED', address: '192.0.2.1' };
  const cases: [blamed: string, host: string, proxy: string | null, error: object][] = [
    ['api.test', 'api.test', null, { ...REFUSED, port: 443 }],
    ['api.test', 'api.test', 'http://proxy.test:3128', { ...REFUSED, port: 443 }],
    ['proxy.test:3128 (the proxy)', 'api.test', 'http://proxy.test:3128', { ...REFUSED, port: 3128 }],
    ['api.test or proxy.test (the proxy)', 'api.test', 'https://proxy.test', { ...REFUSED, port: 443 }],
    ['proxy.test (the proxy)', 'api.test:8443', 'https://proxy.test', { ...REFUSED, port: 443 }],
    ['api.test', 'api.test', 'https://proxy.test', { code: 'ENOTFOUND', hostname: 'api.test' }],
    [
      'proxy.test (the proxy)',
      'api.test',
      'https://proxy.test',
      { code: 'ENOTFOUND', hostname: 'proxy.test' },
    ],
  ];
  for (const [who, host, proxy, error] of cases)
    test(`${who}: ${host} by ${proxy}, ${Object.values(error).join(' ')}`, () => {
      const way = {
        url: new URL(`https://${host}`),
        proxy: proxy === null ? null : new URL(proxy),
        connectMs: 1,
      };
      const { message } = networkFault(Object.assign(new Error(), error), way);
      assert.ok(message.startsWith(`${who} refuses`) || message.includes(` ${who} cannot`), message);
    });
});

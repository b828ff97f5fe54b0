import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { networkFault } from '../../../src/net/faults.ts';
import { readProxy } from '../../../src/net/proxy.ts';

const HTTPS_PROXY = 'http://proxy.corp.test:3128';

describe('a proxy', () => {
  for (const version of ['24.4.1', '22.20.0'])
    test(`that Node ${version} would go past is refused`, () => {
      assert.throws(() => readProxy({ HTTPS_PROXY }, version), {
        title: 'Node is too old for a proxy',
        message: new RegExp(`HTTPS_PROXY names a proxy, .* Node ${version} .*\\. Update the runner`),
      });
      assert.equal(readProxy({}, version), null);
    });

  for (const version of ['24.5.0', '24.19.0', '26.0.0'])
    test(`is used by Node ${version}`, () => {
      assert.equal(readProxy({ HTTPS_PROXY }, version)?.url.host, 'proxy.corp.test:3128');
    });

  test('is the one whose name is in lower case', () => {
    const https_proxy = 'http://other.corp.test:8080';
    const read = readProxy({ HTTPS_PROXY, https_proxy, NO_PROXY: 'corp.test' });
    assert.equal(read?.url.host, 'other.corp.test:8080');
    assert.deepEqual(read?.env, {
      https_proxy,
      no_proxy: 'corp.test,localhost,127.0.0.1,::1,[::1]',
    });
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
      const circumstances = {
        url: new URL(`https://${host}`),
        proxy: proxy === null ? null : new URL(proxy),
        timeoutMs: 1,
        timedOut: false,
        answered: false,
      };
      const { message } = networkFault(Object.assign(new Error(), error), circumstances);
      assert.ok(message.startsWith(`${who} refuses`) || message.includes(` ${who} cannot`), message);
    });
});

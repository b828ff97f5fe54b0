import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { after, test } from 'node:test';
import * as tls from 'node:tls';
import type { Http } from '../../../src/net/http.ts';
import { isPrivatelyTrusted } from '../../../src/provider/trust.ts';
import { makeCertificates } from '../../world/certificates.ts';

const AT = new URL('https://idp.example.com/jwks');
const [publicAuthority = ''] = tls.getCACertificates('bundled');
const mine = await makeCertificates();
const others = await makeCertificates();

/** A host that has shown these certificates, each signed by the next, the last by itself. */
function showing(...pems: readonly string[]): Http {
  const nested = pems
    .map((pem): { raw: Buffer; issuerCertificate?: unknown } => ({ raw: new X509Certificate(pem).raw }))
    .reduceRight<{ raw: Buffer; issuerCertificate?: unknown } | undefined>((above, certificate) => {
      certificate.issuerCertificate = above ?? certificate;
      return certificate;
    }, undefined);
  return { certificateOf: (host: string) => (host === AT.hostname ? nested : undefined) } as unknown as Http;
}

const canBeTold = 'setDefaultCACertificates' in tls;
after(() => canBeTold && tls.setDefaultCACertificates(tls.getCACertificates('bundled')));

test('Node as it comes trusts nobody privately', () => {
  assert.equal(isPrivatelyTrusted(AT, showing(mine.cert, mine.ca)), false);
});

test('told of an authority, it trusts privately what that one has signed', { skip: !canBeTold }, () => {
  tls.setDefaultCACertificates([...tls.getCACertificates('bundled'), mine.ca]);
  assert.equal(isPrivatelyTrusted(AT, showing(mine.cert, mine.ca)), true);
  assert.equal(isPrivatelyTrusted(AT, showing(mine.cert, publicAuthority)), false, 'signed by a public one');
  assert.equal(isPrivatelyTrusted(AT, showing(others.cert, others.ca)), false, 'signed by another one');
  assert.equal(isPrivatelyTrusted(new URL('https://other.example.com'), showing(mine.cert, mine.ca)), false);
});

test('a public authority that Node is told of once more is still public', { skip: !canBeTold }, () => {
  tls.setDefaultCACertificates([...tls.getCACertificates('bundled'), publicAuthority]);
  assert.equal(isPrivatelyTrusted(AT, showing(mine.cert, publicAuthority)), false);
});

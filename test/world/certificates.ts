import { randomUUID } from 'node:crypto';
import { generate } from 'selfsigned';

/** What a TLS server on this machine needs, as PEM. */
export interface Certificates {
  /** The certificate of the authority that signed `cert`: what a client has to trust. */
  readonly ca: string;
  /** The server's private key. */
  readonly key: string;
  /** The server's certificate, for `localhost`, `127.0.0.1`, `::1` and the names asked for. */
  readonly cert: string;
}

const EC_P256 = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;
const HOUR_MS = 3_600_000;

/**
 * Makes an authority of its own and a server certificate signed by it (RFC 5280), in a few milliseconds.
 * Each authority has a name of its own, since of two with one name OpenSSL tries the first alone.
 * A self-signed server certificate would not do: a client that trusts an authority is what users have.
 * @param names host names that the certificate is for, besides this machine's own
 */
export async function makeCertificates(names: readonly string[] = []): Promise<Certificates> {
  // An hour back, since a client's clock may be a little behind.
  const notBeforeDate = new Date(Date.now() - HOUR_MS);
  const authority = await generate([{ name: 'commonName', value: `Test authority ${randomUUID()}` }], {
    ...EC_P256,
    notBeforeDate,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...EC_P256,
    notBeforeDate,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          ...names.map((value) => ({ type: 2 as const, value })),
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  return { ca: authority.cert, key: server.private, cert: server.cert };
}

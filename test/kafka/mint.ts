import { createHash } from 'node:crypto';
import { goodClaims, type Row, USUAL_KEYS } from './corpus.ts';
import { type makeKeys, signWith, type TestKey } from './keys.ts';

type Keys = Awaited<ReturnType<typeof makeKeys>>;
type Json = Record<string, unknown>;

/** Makes the token of a row. */
export function mint(row: Row, keys: Keys, now: number): string {
  const make = (part: Pick<Row, 'header' | 'headerText' | 'claims' | 'payload' | 'by' | 'signAs'>) => {
    const name = part.by ?? 'rsa';
    const header = fill({ alg: 'RS256', kid: name, ...part.header }, keys);
    const payload = part.payload ?? JSON.stringify({ ...goodClaims(now), ...part.claims });
    const encodedPayload =
      header['b64'] === false && part.header?.['crit'] === undefined ? String(payload) : encode(payload);
    const input = `${encode(part.headerText ?? JSON.stringify(header))}.${encodedPayload}`;
    const alg = part.signAs ?? (header['alg'] === 'Ed25519' ? 'EdDSA' : String(header['alg']));
    return `${input}.${signWith(keys[name] as TestKey, alg, input).toString('base64url')}`;
  };
  const token = make(row);
  return row.after?.(token, make) ?? token;
}

/** The `keys` of the key set of a row. */
export function publish(row: Row, keys: Keys): Json[] {
  return (row.keys ?? USUAL_KEYS).map((published) => {
    const [name, parameters] = typeof published === 'string' ? [published, {}] : published;
    return fill({ ...keys[name].jwk, ...parameters }, keys);
  });
}

/** Puts the certificate, and its thumbprints, where a row names them. */
function fill(object: Json, { certified }: Keys): Json {
  const thumbprint = (hash: string) =>
    createHash(hash).update(Buffer.from(certified.certificate, 'base64')).digest('base64url');
  const values: Json = {
    '{certificate}': [certified.certificate],
    '{x5t}': thumbprint('sha1'),
    '{x5t#S256}': thumbprint('sha256'),
  };
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [
      name,
      Object.hasOwn(values, String(value)) ? values[String(value)] : value,
    ]),
  );
}

function encode(content: string | Buffer): string {
  return Buffer.from(content as string).toString('base64url');
}

import { BlockList, isIP } from 'node:net';

/** Addresses of a machine itself (RFC 1122, 4291), private ones (RFC 1918, 4193, 6598), and of a link alone (RFC 3927, 4291). */
const RANGES: readonly (readonly [string, number, 'ipv4' | 'ipv6', string])[] = [
  ['127.0.0.0', 8, 'ipv4', 'a loopback address'],
  ['0.0.0.0', 8, 'ipv4', 'an unspecified address'],
  ['10.0.0.0', 8, 'ipv4', 'a private address'],
  ['172.16.0.0', 12, 'ipv4', 'a private address'],
  ['192.168.0.0', 16, 'ipv4', 'a private address'],
  ['100.64.0.0', 10, 'ipv4', 'a private address'],
  ['169.254.0.0', 16, 'ipv4', 'a link-local address'],
  ['::1', 128, 'ipv6', 'a loopback address'],
  ['::', 128, 'ipv6', 'an unspecified address'],
  ['fc00::', 7, 'ipv6', 'a private address'],
  ['fe80::', 10, 'ipv6', 'a link-local address'],
];

/** Names that no public name server knows (RFC 6761, 6762, 8375; ICANN's `.internal`; Kubernetes’ `.svc`). */
const INNER_NAME = /\.(?:svc|cluster\.local|local|internal|localdomain|lan|home\.arpa)$/;

/**
 * Why brokers, which run elsewhere, hardly reach a host.
 * @returns a clause such as `is a private address`; null when nothing tells
 */
export function outOfReach({ hostname }: URL): string | null {
  const host = hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
  const family = isIP(host);
  if (family !== 0) {
    const found = RANGES.find(([net, prefix, type]) => contains(net, prefix, type, host, family));
    return found ? `is ${found[3]}` : null;
  }
  if (host === 'localhost' || host.endsWith('.localhost')) return 'is a loopback name';
  if (!host.includes('.')) return 'is a name without a domain';
  return INNER_NAME.test(host) ? 'is a name that exists only in a private network' : null;
}

function contains(net: string, prefix: number, type: 'ipv4' | 'ipv6', host: string, family: number): boolean {
  const list = new BlockList();
  list.addSubnet(net, prefix, type);
  // An IPv4 address inside an IPv6 one is found as well.
  return list.check(host, family === 6 ? 'ipv6' : 'ipv4');
}

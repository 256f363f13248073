import { BlockList, isIPv6 } from 'node:net';

/** Ranges that lead inside a network or to a single machine (IANA special-purpose address registries). */
const ranges = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  // Azure's services of the machine, at a public address.
  ['168.63.129.16', 32],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
  // Addresses that contain an IPv4 address: mapped, translated, tunnelled.
  ['::', 96],
  ['::ffff:0:0', 96],
  ['::ffff:0:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2001::', 23],
  ['2002::', 16],
  ['100::', 64],
  ['2001:db8::', 32],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 9],
  ['ff00::', 8],
] as const;

// A list of its own: in one list every IPv4 address would count as a mapped one.
const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
for (const [network, bits] of ranges) {
  const family = familyOf(network);
  lists[family].addSubnet(network, bits, family);
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}

/** Whether an address belongs to the public internet. @param address as the operating system gives it. */
export function isPublicAddress(address: string): boolean {
  const family = familyOf(address);
  return !lists[family].check(address, family);
}

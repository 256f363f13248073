import { BlockList, isIPv6 } from 'node:net';

/**
 * Where no GPU server can be. Private and loopback addresses are allowed. Link-local ones hold the metadata services
 * of clouds: a person who may name a server would get the machine's credentials from them.
 */
const refusedIpv4 = [
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  // Metadata services outside the link-local range: Alibaba, Oracle, Azure.
  ['100.100.100.200', 32],
  ['192.0.0.192', 32],
  ['168.63.129.16', 32],
  ['224.0.0.0', 3],
] as const;

const refusedIpv6 = [
  ['::', 128],
  ['fe80::', 10],
  ['ff00::', 8],
  // Metadata services: AWS, Google.
  ['fd00:ec2::254', 128],
  ['fd20:ce::254', 128],
  // Teredo wraps an IPv4 address; no server is there.
  ['2001::', 32],
] as const;

/** IPv6 networks whose addresses contain an IPv4 address, and how many bits come before it. */
const carriers = [
  // Mapped, compatible, and translated (SIIT, NAT64 and its local form).
  ['::ffff:', 96],
  ['::ffff:0:', 96],
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 96],
] as const;

// A list of its own: in one list every IPv4 address would count as a mapped one.
const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
for (const [network, bits] of refusedIpv4) {
  lists.ipv4.addSubnet(network, bits, 'ipv4');
  for (const [prefix, before] of carriers) lists.ipv6.addSubnet(`${prefix}${network}`, before + bits, 'ipv6');
  // 6to4 has it at the front.
  const [a = 0, b = 0, c = 0, d = 0] = network.split('.').map(Number);
  const words = [a * 256 + b, c * 256 + d].map((word) => word.toString(16)).join(':');
  lists.ipv6.addSubnet(`2002:${words}::`, 16 + bits, 'ipv6');
}
for (const [network, bits] of refusedIpv6) lists.ipv6.addSubnet(network, bits, 'ipv6');
// 0.0.0.0/8 as a compatible address would include ::1, which is this machine.
const loopback = '::1';

/** Whether a GPU server may be there. @param address as the operating system gives it. */
export function isBackendAddress(address: string): boolean {
  const [plain = address] = address.split('%');
  if (plain === loopback) return true;
  const family = isIPv6(plain) ? 'ipv6' : 'ipv4';
  return !lists[family].check(plain, family);
}

import { expect, test } from 'vitest';
import { isPublicAddress } from './publicAddress.ts';

test.each([
  ...['0.1.2.3', '10.1.2.3', '100.64.0.1', '127.0.0.2', '169.254.169.254', '172.31.0.1', '192.168.1.1'],
  ...['168.63.129.16', '192.0.0.8', '192.0.2.1', '192.88.99.1', '198.19.0.1', '198.51.100.1', '203.0.113.1'],
  ...['224.0.0.1', '255.255.255.255', '::', '::1', '::a00:1', '::ffff:10.0.0.1', '::ffff:0:a9fe:a9fe'],
  ...['64:ff9b::a9fe:a9fe', '64:ff9b:1::a9fe:a9fe', '2001::1', '2002:a9fe:a9fe::1', '100::1', '2001:db8::1'],
  ...['3fff::1', '5f00::1', 'fc00::1', 'fdff::1', 'fe80::1', 'fec0::1', 'ff02::1'],
])('%s is no address of the internet', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each([
  ...['1.1.1.1', '93.184.215.14', '168.63.129.17', '172.32.0.1', '100.128.0.1', '2606:4700:4700::1111'],
  ...['2a00:1450::1', '2001:4860:4860::8888'],
])('%s is an address of the internet', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

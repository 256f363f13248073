import { expect, test } from 'vitest';
import { isBackendAddress } from './backendAddress.ts';

test.each([
  '10.0.0.7',
  '127.0.0.1',
  '192.168.1.5',
  '172.16.0.1',
  '100.64.0.1',
  '203.0.113.9',
  '::1',
  'fd12::7',
  '2606:4700::1111',
  '::ffff:10.0.0.7',
  '64:ff9b::a00:7',
])('a GPU server may be at %s', (address) => {
  expect(isBackendAddress(address)).toBe(true);
});

test.each([
  '169.254.169.254',
  '169.254.170.2',
  '100.100.100.200',
  '192.0.0.192',
  '168.63.129.16',
  '0.0.0.0',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  'fe80::1',
  'fe80::1%eth0',
  'fd00:ec2::254',
  'fd20:ce::254',
  'ff02::1',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '::169.254.169.254',
  '::ffff:0:a9fe:a9fe',
  '64:ff9b::a83f:8110',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b:1::a9fe:a9fe',
  '2002:a9fe:a9fe::1',
  '2001:0:1::1',
  '::ffff:0.0.0.0',
])('no GPU server is at %s, however the address is written', (address) => {
  expect(isBackendAddress(address)).toBe(false);
});

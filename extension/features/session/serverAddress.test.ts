import { expect, test } from 'vitest';
import { parseConnectLink, parseServerAddress } from './serverAddress.ts';

test.each([
  ['pictures.example', 'https://pictures.example'],
  ['  https://pictures.example/  ', 'https://pictures.example'],
  ['https://example.org/star-graph/?tab=1#top', 'https://example.org/star-graph'],
  ['localhost:8080', 'http://localhost:8080'],
  ['192.168.1.20:8080', 'http://192.168.1.20:8080'],
  ['172.32.0.1', 'https://172.32.0.1'],
  ['gpu-box.local', 'http://gpu-box.local'],
  ['[::1]:8080', 'http://[::1]:8080'],
  ['http://pictures.example', 'http://pictures.example'],
])('takes %s for %s', (typed, baseUrl) => {
  expect(parseServerAddress(typed)).toEqual({ baseUrl });
});

test.each([
  ['', 'empty'],
  ['   ', 'empty'],
  ['http://', 'malformed'],
  ['two words', 'malformed'],
  ['ftp://pictures.example', 'scheme'],
  ['javascript://alert(1)', 'scheme'],
])('refuses "%s" as %s', (typed, fault) => {
  expect(parseServerAddress(typed)).toEqual({ fault });
});

test.each([
  ['http://localhost:8080/#connect=ABCD-EFGH', { baseUrl: 'http://localhost:8080', code: 'ABCD-EFGH' }],
  [' https://example.org/art/#connect=A%20B ', { baseUrl: 'https://example.org/art', code: 'A B' }],
  ['http://localhost:8080/#connect=', undefined],
  ['http://localhost:8080', undefined],
  ['#connect=ABCD', undefined],
])('takes server and code from the link %s', (text, link) => {
  expect(parseConnectLink(text)).toEqual(link);
});

import { expect, test } from 'vitest';
import { parseServerAddress } from './serverAddress.ts';

test.each([
  ['pictures.example', 'https://pictures.example'],
  ['  https://pictures.example/  ', 'https://pictures.example'],
  ['https://example.org/star-graph/?tab=1#top', 'https://example.org/star-graph'],
  ['https://example.org/art/connect', 'https://example.org/art'],
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

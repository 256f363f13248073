import { expect, test } from 'vitest';
import { createOriginRule, ownOrigins } from './browserRules.ts';

test.each(['http://127.0.0.1:8080', 'http://localhost:8080', 'http://[::1]:8080'])(
  'a page of this machine is ours under each of its names (%s)',
  (publicUrl) => {
    const isAllowed = createOriginRule(ownOrigins(publicUrl));
    for (const host of ['localhost', '127.0.0.1', '[::1]'])
      expect([host, isAllowed(`http://${host}:8080`)]).toEqual([host, true]);
    for (const other of ['http://localhost:8081', 'https://localhost:8080', 'http://localhost'])
      expect([other, isAllowed(other)]).toEqual([other, false]);
  },
);

test('a platform with a name has that one alone', () => {
  expect(ownOrigins('https://pictures.example/base')).toEqual(['https://pictures.example']);
});

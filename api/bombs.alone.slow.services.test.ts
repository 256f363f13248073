import { expect, test } from 'vitest';
import {
  bombRange,
  doors,
  send,
  throwAtAssistants,
  throwAtDoor,
  throwAtOperations,
  throwAtSockets,
} from './testing/bombWalk.ts';

const range = bombRange();

test('no body costs a process more than some ordinary requests, at any operation', () =>
  throwAtOperations(range));

test.each(doors)('no body costs a process more than some ordinary requests, at any route of %s', (door) =>
  throwAtDoor(range, door),
);

test('no message costs a process more than some ordinary requests, at the door of assistants', () =>
  throwAtAssistants(range));

test('no frame or message costs a process more than some ordinary requests, at any socket', () =>
  throwAtSockets(range));

test('no trial of word rules costs a process more than some ordinary requests', async () => {
  const { api, tokens, dear, throwAt } = range;
  const url = `${api.url}/api/admin/word-rules/try`;
  const target = { name: 'word-rules/try', url, method: 'POST', token: tokens.admin };
  const words = Array.from({ length: 500 }, (_, at) => '林'.repeat(1 + (at % 62)));
  const blockedWords = words.map((word, at) => `${at % 2 === 0 ? '*' : ''}${word}*`);
  const allowed = { none: [], one: ['林'.repeat(64)], many: words };
  for (const [name, allowedWords] of Object.entries(allowed)) {
    const text = JSON.stringify({ text: '林'.repeat(10_000), rules: { blockedWords, allowedWords } });
    expect((await send(target, text)).status).toBe(200);
    await throwAt(target, [{ name: `${name} allowed`, text }], { mostBytes: 200_000 });
  }
  const blockedPatterns = Array.from({ length: 20 }, (_, at) => `(.?){${80 + at}}y`);
  const text = JSON.stringify({ text: '林'.repeat(10_000), rules: { blockedPatterns } });
  await throwAt(target, [{ name: 'patterns', text }]);
  expect(dear).toEqual([]);
});

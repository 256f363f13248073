import { expect, test } from 'vitest';
import { fillWildcards, findWildcardStart, listWildcards } from './wildcards.ts';

const lists: Record<string, string[]> = { animal: ['a fox', 'a {red|blue} __place__'], 动物: ['狐狸'] };
const linesOf = (name: string) => (Object.hasOwn(lists, name) ? lists[name] : undefined);

test('each place takes a line of its own, as it stands, and what is no list stays', () => {
  const draws = [1, 0, 0];
  const filled = fillWildcards(
    '__animal__, __Animal__ by __动物__ and __none__',
    linesOf,
    () => draws.shift() ?? 0,
  );
  expect(filled).toBe('a {red|blue} __place__, a fox by 狐狸 and __none__');
  for (const words of ['__', '__ a __', 'snake_case_name', '____', '__-a__', '__a b__'])
    expect(
      fillWildcards(
        words,
        () => ['x'],
        () => 0,
      ),
      words,
    ).toBe(words);
});

test('the lists of a prompt are known, each once, and the one that is being typed', () => {
  expect(listWildcards('__Animal____place__ {a|__animal__} __constructor__')).toEqual([
    'animal',
    'place',
    'constructor',
  ]);
  expect(findWildcardStart('a __An')).toEqual({ start: 2, typed: 'an' });
  expect(findWildcardStart('__a__ and __')).toEqual({ start: 10, typed: '' });
  for (const words of ['__animal__', 'a _b', '__a b'])
    expect(findWildcardStart(words), words).toBeUndefined();
});

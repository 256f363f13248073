import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestOf, listStale, pairSections, readSections, tellStale } from './translation.ts';

const read = (page: string) => readFileSync(join(import.meta.dirname, page), 'utf8');
const pages = readdirSync(join(import.meta.dirname, 'zh'), { recursive: true })
  .map(String)
  .filter((page) => page.endsWith('.md'));

/** What a translation leaves as it is. */
function factsOf(text: string) {
  const prose = text.replaceAll(/```.*?```/gs, '');
  const all = (pattern: RegExp, of = prose) =>
    Array.from(of.matchAll(pattern), ([whole, part]) => part ?? whole);
  // A picture of the Chinese interface stands in the place of the English one.
  const pictures = all(/(?:src(?:set)?="|!\[[^\]]*\]\()(?:\.\.\/)*(images\/[^")]+)/g).map((picture) =>
    picture.replace('-zh.', '.'),
  );
  // A month is a word in English.
  const words = prose.replaceAll(/\]\([^)]*\)|<[^>]*>|`[^`]*`|\d+ 月/g, ' ');
  return {
    code: all(/```.*?```/gs, text),
    names: [...new Set(all(/`([^`]+)`/g))].sort(),
    figures: [...new Set(all(/\d+(?:[.,]\d+)*/g, words))].sort(),
    pictures,
    rows: all(/^\|/gm).length,
  };
}

test.each(pages)('zh/%s has the code, figures, pictures and rows of what it translates', (page) => {
  const pairs = pairSections(read(`zh/${page}`), read(page));
  expect(pairs.length).toBeGreaterThan(0);
  for (const { heading, text, english, isStale } of pairs)
    if (!isStale && english !== undefined)
      expect({ heading, ...factsOf(text) }).toEqual({ heading, ...factsOf(english.text) });
});

test.each(pages)(
  'every heading of zh/%s says what it translates, in the order of the English page',
  (page) => {
    const [translated, english] = [read(`zh/${page}`), read(page)];
    const pairs = pairSections(translated, english);
    expect(pairs.map(({ heading }) => heading)).toEqual(
      readSections(translated).map(({ heading }) => heading),
    );
    const order = readSections(english).map(({ heading }) => heading);
    const places = pairs.filter(({ english: of }) => of !== undefined).map(({ of }) => order.indexOf(of));
    expect(places).toEqual([...places].sort((one, other) => one - other));
  },
);

test('what is translated from an earlier English text is named, and its readers are told', () => {
  const english = '# One\n\nFirst.\n\n## Two\n\nSecond.\n\n```sh\n# no heading\n```\n';
  const sections = readSections(english);
  expect(sections.map(({ heading }) => heading)).toEqual(['One', 'Two']);
  const marks = sections.map((section) => `<!-- ${section.heading} ${digestOf(section)} -->`);
  const translated = `# 一\n${marks[0]}\n\n第一。\n\n## 二\n${marks[1]}\n\n第二。\n`;
  expect(listStale(translated, english)).toEqual([]);
  expect(tellStale(translated, english, '旧')).toBe(translated);

  const changed = english.replace('Second.', 'Third.');
  expect(listStale(translated, changed)).toEqual([
    expect.stringMatching(/^“二” translates “Two”, which has changed; its digest is [0-9a-f]{8} now$/),
  ]);
  expect(tellStale(translated, changed, '旧')).toBe(
    translated.replace(`${marks[1]}\n`, `${marks[1]}\n\n> 旧\n\n`),
  );
  expect(listStale(translated, english.replace('## Two', '## Three'))).toEqual([
    '“二” translates “Two”, which the English page no longer has',
  ]);
});

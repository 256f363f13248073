import { expect, test } from 'vitest';
import { commands } from '../../commands/commands.ts';
import { en } from './en.ts';
import { chooseLocale } from './locale.ts';
import { zhCN } from './zhCN.ts';

/** Patterns that combine other texts and have no words of their own. */
const wordless = ['/list', '/labelled', '/limited', '/limit/choices', '/sentences'];

/** Every text by its path; functions are called with sample values. */
function listTexts(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (wordless.includes(path)) return [];
  if (typeof value === 'function') return [[path, String(value(7, 7, 7, 7))]];
  return Object.entries(value as object).flatMap(([key, one]) => listTexts(one, `${path}/${key}`));
}

test('everything the bot says is there in Chinese, and is Chinese', () => {
  const english = listTexts(en);
  const chinese = listTexts(zhCN);
  expect(chinese.map(([path]) => path)).toEqual(english.map(([path]) => path));
  expect(chinese.filter(([, text]) => !/\p{Script=Han}/u.test(text))).toEqual([]);
  const sayings = new Set(english.map(([, text]) => text));
  expect(chinese.filter(([, text]) => sayings.has(text))).toEqual([]);
});

test('what commands alone say is there in Chinese, and is Chinese', () => {
  for (const { data, texts } of commands.filter((command) => command.texts)) {
    const english = listTexts(texts?.en).map(([, text]) => text);
    const chinese = listTexts(texts?.['zh-CN']).map(([, text]) => text);
    expect(chinese.filter((text) => !/\p{Script=Han}/u.test(text) || english.includes(text))).toEqual([]);
    expect(english, data.name).not.toEqual([]);
  }
});

test('lists and labels have the marks of their language', () => {
  expect([en.list(['a', 'b']), zhCN.list(['甲', '乙'])]).toEqual(['a, b', '甲、乙']);
  expect([en.labelled('a', 'b'), zhCN.labelled('甲', '乙')]).toEqual(['**a:** b', '**甲：**乙']);
  expect([en.sentences(['A.', 'B.']), zhCN.sentences(['甲。', '乙。'])]).toEqual(['A. B.', '甲。乙。']);
  expect([en.limited('a', 'b'), zhCN.limited('甲', '乙')]).toEqual(['a (b)', '甲（乙）']);
});

interface Described {
  type?: number;
  name: string;
  name_localizations?: Record<string, string> | null;
  description?: string;
  description_localizations?: Record<string, string> | null;
  required?: boolean;
  min_value?: number;
  max_value?: number;
  max_length?: number;
  options?: Described[];
  choices?: Described[];
}

/** A command, its options and their choices, each with its place. */
function listDescribed(described: Described, path: string): [string, Described][] {
  const inner = [...(described.options ?? []), ...(described.choices ?? [])];
  const here = `${path}/${described.name}`;
  return [[here, described], ...inner.flatMap((one) => listDescribed(one, here))];
}
const all = commands.flatMap(({ data }) => listDescribed(data as unknown as Described, ''));

test('every command, option and choice is named and described in Chinese', () => {
  const han = /\p{Script=Han}/u;
  const lacking = all.filter(
    ([, { name_localizations: names, description, description_localizations: descriptions }]) =>
      !han.test(names?.['zh-CN'] ?? '') ||
      (description !== undefined && !han.test(descriptions?.['zh-CN'] ?? '')),
  );
  expect(lacking.map(([path]) => path)).toEqual([]);
  const withoutEnglish = all.filter(([, one]) => one.name_localizations?.['en-US'] !== one.name);
  expect(withoutEnglish.map(([path]) => path)).toEqual([]);
});

test('commands keep Discord’s limits, and names are unique in each language', () => {
  for (const { data } of commands) {
    const command = data as unknown as Described;
    const texts = listDescribed(command, '').flatMap(([, one]) => [one.name, one.description ?? '']);
    expect(texts.join('').length).toBeLessThanOrEqual(8_000);
    expect((command.options ?? []).length).toBeLessThanOrEqual(25);
    for (const language of ['en-US', 'zh-CN']) {
      const names = (command.options ?? []).map((one) => one.name_localizations?.[language]);
      expect(new Set(names).size).toBe(names.length);
    }
  }
  const misplaced = all.flatMap(([path, { options = [] }]) =>
    options
      .filter(
        (option, index) =>
          option.required === true && options.slice(0, index).some((one) => one.required !== true),
      )
      .map(({ name }) => `${path}/${name}`),
  );
  expect(misplaced).toEqual([]);
  const slashNames = commands.map(
    ({ data }) => `${(data as Described).type ?? 1}:${data.name_localizations?.['zh-CN']}`,
  );
  expect(new Set(slashNames).size).toBe(slashNames.length);
  const tooWide = all.filter(
    ([, { choices = [], max_length: longest = 1, min_value: least = 0, max_value: most = 0 }]) =>
      choices.length > 25 || longest > 6_000 || least < -(2 ** 53) || most > 2 ** 53,
  );
  expect(tooWide.map(([path]) => path)).toEqual([]);
  const lengths = all.flatMap(([, one]) => Object.values(one.description_localizations ?? {}));
  expect(lengths.filter((text) => text.length > 100)).toEqual([]);
});

test.each([
  ['zh-CN', undefined, 'zh-CN'],
  ['zh-TW', 'en', 'zh-CN'],
  ['en-GB', 'zh-CN', 'en'],
  ['fr', 'zh-CN', 'zh-CN'],
  ['fr', undefined, 'en'],
] as const)('somebody with %s in a server with %s reads %s', (own, guild, expected) => {
  expect(chooseLocale(own, guild)).toBe(expected);
});

test.each([
  ['en-US', en],
  ['zh-CN', zhCN],
] as const)('sentences name options in %s as the command does', (language, say) => {
  const names = new Set(all.map(([, one]) => one.name_localizations?.[language]));
  expect(Object.values(say.option).filter((name) => !names.has(name))).toEqual([]);
});

import { afterEach, expect, test } from 'vitest';
import { defineTexts } from './defineTexts.ts';
import {
  formatBytes,
  formatCompact,
  formatCredits,
  formatDay,
  formatDuration,
  formatExact,
  formatList,
  formatMonth,
  formatRelative,
} from './formats.ts';
import { chooseLanguage, language } from './language.ts';

afterEach(() => {
  language.value = 'en';
});

test('a text follows the language, with and without parts', () => {
  const texts = defineTexts({
    title: { en: 'Create', 'zh-CN': '创作' },
    left: { en: (count: number) => `${count} left`, 'zh-CN': (count: number) => `还剩 ${count}` },
  });
  expect([texts.title, texts.left(3)]).toEqual(['Create', '3 left']);
  language.value = 'zh-CN';
  expect([texts.title, texts.left(3)]).toEqual(['创作', '还剩 3']);
});

test('a text in one language, or with other parts in each, does not compile', () => {
  // @ts-expect-error: no Chinese.
  defineTexts({ title: { en: 'Create' } });
  // @ts-expect-error: the Chinese text takes no number.
  const texts = defineTexts({ left: { en: (count: number) => `${count}`, 'zh-CN': '还剩' } });
  expect(texts.left(2)).toBe('2');
});

test('the browser’s first language that we have is chosen', () => {
  expect(chooseLanguage(['fr-FR', 'zh-TW', 'en'])).toBe('zh-CN');
  expect(chooseLanguage(['de', 'en-GB'])).toBe('en');
  expect(chooseLanguage([])).toBe('en');
});

test('a time is told to the nearest of its unit, ahead and past', () => {
  const now = Date.parse('2026-11-27T12:00:00Z');
  const days = 86_400_000;
  const say = (offsetMs: number) => formatRelative(now + offsetMs, now);
  // What was promised a few seconds before.
  for (const [promised, told] of [
    [30, 'in 30 days'],
    [90, 'in 3 months'],
    [365, 'in 12 months'],
  ] as const)
    expect(say(promised * days - 5_000)).toBe(told);
  expect([say(-1.6 * days), say(-1.4 * days), say(75 * days)]).toEqual([
    ...['2 days ago', '1 day ago', 'in 3 months'],
  ]);
});

test('numbers read as people say them, in both languages', () => {
  const now = Date.parse('2026-11-27T12:00:00Z');
  const sayAll = () => [
    formatCredits(1),
    formatCredits(1234),
    formatBytes(999),
    formatBytes(1_500_000),
    formatBytes(24_000_000),
    formatDuration(0),
    formatDuration(45),
    formatDuration(90),
    formatDuration(140),
    formatDuration(605),
    formatDuration(4_800),
    formatDuration(300_000),
    formatRelative(now - 20_000, now),
    formatRelative(now - 3 * 3_600_000, now),
    formatRelative(now + 120_000, now),
    formatCompact(12_345),
    formatList(['a', 'b', 'c']),
    formatDay('2026-11-27T12:00:00'),
    formatMonth('2026-11-27T12:00:00'),
  ];
  expect(sayAll()).toEqual([
    '1 credit',
    '1,234 credits',
    '999 B',
    '1.5 MB',
    '24 MB',
    '0 s',
    '45 s',
    '1 min 30 s',
    '2 min 20 s',
    '10 min',
    '1 h 20 min',
    '3 d 11 h',
    'just now',
    '3 hours ago',
    'in 2 minutes',
    '12.3K',
    'a, b, and c',
    'Nov 27',
    'Nov 2026',
  ]);
  language.value = 'zh-CN';
  expect(sayAll()).toEqual([
    '1 积分',
    '1,234 积分',
    '999 B',
    '1.5 MB',
    '24 MB',
    '0 秒',
    '45 秒',
    '1 分钟 30 秒',
    '2 分钟 20 秒',
    '10 分钟',
    '1 小时 20 分钟',
    '3 天 11 小时',
    '刚刚',
    '3 小时前',
    '2 分钟后',
    '1.2 万',
    'a、b和c',
    '11月27日',
    '2026年11月',
  ]);
  expect(formatExact('2026-11-27T12:00:00')).toContain('2026年11月27日');
});

import { type Language, language } from './language.ts';

const isChinese = () => language.value === 'zh-CN';

/** Formatters are dear to make and the same few are used on every row. */
const made = new Map<string, unknown>();
function formatter<Format>(kind: string, create: (locale: Language) => Format): Format {
  const key = `${kind} ${language.value}`;
  if (!made.has(key)) made.set(key, create(language.value));
  return made.get(key) as Format;
}

export const formatNumber = (value: number, digits = 0): string =>
  formatter(
    `number ${digits}`,
    (locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: digits }),
  ).format(value);

/** Intl sets Chinese close to its figures; our texts leave a space. */
const spaceFigures = (text: string): string => text.replaceAll(/(\d)(?=\p{Script=Han})/gu, '$1 ');

/** 1,234 → 1.2K, or 1.2 万: for narrow places. */
export function formatCompact(value: number): string {
  const options = { notation: 'compact', maximumFractionDigits: 1 } as const;
  return spaceFigures(formatter('compact', (locale) => new Intl.NumberFormat(locale, options)).format(value));
}

/** `share` is from 0 to 1. */
export const formatPercent = (share: number, digits = 0): string =>
  formatter(
    `percent ${digits}`,
    (locale) => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: digits }),
  ).format(share);

export function formatCredits(credits: number): string {
  const count = formatNumber(credits);
  if (isChinese()) return `${count} 积分`;
  return Math.abs(credits) === 1 ? `${count} credit` : `${count} credits`;
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, Math.abs(bytes))) / 3));
  const value = bytes / 1000 ** power;
  return `${formatNumber(value, power > 0 && Math.abs(value) < 10 ? 1 : 0)} ${units[power]}`;
}

const durationUnits = [
  { seconds: 86_400, en: 'd', zh: '天' },
  { seconds: 3_600, en: 'h', zh: '小时' },
  { seconds: 60, en: 'min', zh: '分钟' },
  { seconds: 1, en: 's', zh: '秒' },
];

/** The largest unit, and the next one while the first is small: 45 s, 2 min, 1 h 20 min, 3 d. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const first = durationUnits.findIndex((unit) => whole >= unit.seconds);
  const at = first === -1 ? durationUnits.length - 1 : first;
  const say = (count: number, unit: (typeof durationUnits)[number]) =>
    `${formatNumber(count)} ${isChinese() ? unit.zh : unit.en}`;
  const [unit, next] = [durationUnits[at], durationUnits[at + 1]];
  if (!unit) return '';
  const count = Math.floor(whole / unit.seconds);
  // Seconds beside minutes are noise beyond the first few.
  const isFine = next && count < (next.seconds === 1 ? 3 : 10);
  const rest = isFine ? Math.floor((whole % unit.seconds) / next.seconds) : 0;
  return next && rest > 0 ? `${say(count, unit)} ${say(rest, next)}` : say(count, unit);
}

const relativeUnits: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** 3 hours ago, in 2 minutes, just now. To the nearest: what has 90 days ends in 3 months a second later too. */
export function formatRelative(time: Date | string | number, now: number = Date.now()): string {
  const seconds = (new Date(time).getTime() - now) / 1000;
  const [unit, size] = relativeUnits.find(([, each]) => Math.abs(seconds) >= each) ?? [];
  if (!unit || !size) return isChinese() ? '刚刚' : 'just now';
  const relative = formatter(
    'relative',
    (locale) => new Intl.RelativeTimeFormat(locale, { numeric: 'always' }),
  );
  return spaceFigures(relative.format(Math.round(seconds / size), unit));
}

/** The day and the minute, in the person's own time zone. */
export const formatExact = (time: Date | string | number): string =>
  formatter(
    'exact',
    (locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }),
  ).format(new Date(time));

export const formatDate = (time: Date | string | number): string =>
  formatter('date', (locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium' })).format(
    new Date(time),
  );

/** Nov 28; 11月28日: where the year is plain. */
export const formatDay = (time: Date | string | number): string =>
  formatter('day', (locale) => new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric' })).format(
    new Date(time),
  );

/** Nov 2026; 2026年11月. */
export const formatMonth = (time: Date | string | number): string =>
  formatter('month', (locale) => new Intl.DateTimeFormat(locale, { month: 'short', year: 'numeric' })).format(
    new Date(time),
  );

/** November 2026, in the person's own time zone. */
export const formatLongMonth = (time: Date | string | number): string =>
  formatter(
    'long month',
    (locale) => new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'long' }),
  ).format(new Date(time));

export const formatTime = (time: Date | string | number): string =>
  formatter('time', (locale) => new Intl.DateTimeFormat(locale, { timeStyle: 'short' })).format(
    new Date(time),
  );

/** A, B and C; A、B和C. */
export const formatList = (items: readonly string[]): string =>
  formatter('list', (locale) => new Intl.ListFormat(locale, { type: 'conjunction' })).format(items);

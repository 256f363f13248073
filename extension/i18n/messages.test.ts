import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
type Messages = Record<string, { message: string }>;
const readMessages = (locale: string): Messages =>
  JSON.parse(readFileSync(join(root, 'public', '_locales', locale, 'messages.json'), 'utf8'));
const [en, zh] = [readMessages('en'), readMessages('zh_CN')];
const placeholders = (text: string | undefined) =>
  [...(text ?? '').matchAll(/\$\d/g)].map(([mark]) => mark).sort();

const sources = ['entrypoints', 'features', 'i18n', 'ui']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
  )
  .filter((path) => /\.tsx?$/.test(path) && !path.includes('.test.'))
  .map((path) => readFileSync(join(root, path), 'utf8'))
  .concat(readFileSync(join(root, 'wxt.config.ts'), 'utf8'))
  .join('\n');

test('says everything in both languages, with the same values in it', () => {
  expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
  for (const [key, { message }] of Object.entries(en)) {
    expect(message.trim(), key).not.toBe('');
    expect(zh[key]?.message.trim(), key).not.toBe('');
    expect(placeholders(zh[key]?.message), key).toEqual(placeholders(message));
  }
});

test('has Chinese where it says Chinese', () => {
  const sameInBoth = ['extensionName', 'labelled'];
  const untranslated = Object.entries(zh)
    .filter(([key, { message }]) => !/\p{Script=Han}/u.test(message) && !sameInBoth.includes(key))
    .map(([key]) => key);
  expect(untranslated).toEqual(['localeName']);
});

test('says credits, account and you in Chinese as the bot does', () => {
  const others = /点数|\d 点|\$\d 点|账户|你/;
  expect(Object.entries(zh).filter(([, { message }]) => others.test(message))).toEqual([]);
});

test('keeps no text that nothing shows', () => {
  const composed = /^(problem|note|status|filter|transfer|translated)_/;
  const unused = Object.keys(en).filter(
    (key) => !composed.test(key) && !new RegExp(`\\b${key}\\b`).test(sources),
  );
  const byManifest = Object.keys(en).filter((key) => sources.includes(`__MSG_${key}__`));
  expect(unused.filter((key) => !byManifest.includes(key))).toEqual([]);
});

test('writes no words of its own into pages', () => {
  const words = [...sources.matchAll(/>\s*([A-Z][a-z]+ [a-z ]+)\s*</g)].map(([, text]) => text);
  expect(words).toEqual([]);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { botEnvSchema } from '@star-graph/bot/config';
import { envSchema } from '@star-graph/core/ground/config/config';
import { liveSettingNames } from '@star-graph/workflows/shared/liveSettings';
import { expect, test } from 'vitest';
import { backupEnvSchema } from '../launcher/backups/backupConfig.ts';
import { readSourceFiles } from '../tooling/sourceFiles.ts';

const page = readFileSync(join(import.meta.dirname, 'rules.md'), 'utf8');
const rows = [...page.matchAll(/^\| (?!rule \|)(.+?) \| (.+?) \| (?:(.+?) )?\|$/gm)].map(
  ([, words = '', decided = '', set = '']) => ({ words, decided, set }),
);

const variables = new Set(
  [envSchema, botEnvSchema, backupEnvSchema].flatMap(({ shape }) => Object.keys(shape)),
);
const live = new Set<string>(liveSettingNames);

const sources = new Map(
  readSourceFiles(/^(core|api|bot|extension|workflows|infra)\/.*\.(tsx?|py|ya?ml|template)$/).map(
    ({ path, text }) => [path, text],
  ),
);

/** A name that a file only uses is decided elsewhere. */
const declares = (text: string, name: string): boolean =>
  new RegExp(
    `(?:\\b(?:const|function\\*?|class|def)|- alert:) ${name}\\b|^ *(?:readonly )?(?:${name}\\??:|${name} )`,
    'm',
  ).test(text);

function findPlaceFault(place: string): string | undefined {
  const [, path = '', name = ''] = /^`([\w@./-]+)` `(\w+)`$/.exec(place) ?? [];
  const text = sources.get(path);
  if (text === undefined) return `no file: ${place}`;
  return declares(text, name) ? undefined : `not declared there: ${place}`;
}

function findSettingFault(set: string): string | undefined {
  if (set === '') return undefined;
  const [whole, name = '', isLive] = /^`([A-Z][A-Z0-9_]+)`( live)?$/.exec(set) ?? [];
  if (whole === undefined) return findPlaceFault(set);
  if (!variables.has(name) && !live.has(name)) return `no setting: ${set}`;
  return live.has(name) === (isLive !== undefined) ? undefined : `live or not: ${set}`;
}

test('every rule names a file that has what decides it, and a setting that exists', () => {
  expect(rows.length).toBeGreaterThan(200);
  // A row that is written otherwise would not be looked at.
  const lines = page.match(/^\|(?!---| rule \|).*$/gm) ?? [];
  expect(rows.length).toBe(lines.length);
  const faults = rows.flatMap(({ decided, set }) => [findPlaceFault(decided), findSettingFault(set)]);
  expect(faults.filter((fault) => fault !== undefined)).toEqual([]);
});

test('every rule is asked for in words of its own', () => {
  const words = rows.map((row) => row.words);
  expect(words.filter((one, at) => words.indexOf(one) !== at)).toEqual([]);
});

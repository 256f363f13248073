import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { firstVersionOf } from './firstVersion.ts';
import { writeFirstVersion } from './writeFirstVersion.ts';

const project = join(import.meta.dirname, '../../..');
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'new-'));
});
afterEach(() => rm(root, { recursive: true }));

const read = (path: string) => readFile(join(root, path), 'utf8');

test.each([
  ['workflow', 'blur', [], /defineWorkflow\(\{\n {2}name: 'blur'/],
  [
    'command',
    'tasks/where',
    ['bot/commands/commands.ts'],
    /import\('\.\/tasks\/where\.ts'\),\n {2}import\('\.\/help/,
  ],
  [
    'route',
    'guilds/renameGuild',
    ['api/contract/guilds/guildRoutes.ts', 'api/routes/createHandlers.ts'],
    /\.\.\.createRenameGuildHandler\(deps\),\n\}\);/,
  ],
  ['problem', 'result-expired', ['workflows/shared/problems.ts'], /'result-expired': \{ title: /],
])('a new %s is written beside what the project has, and once', async (kind, name, extended, expected) => {
  for (const path of extended) await cp(join(project, path), join(root, path));
  const written = writeFirstVersion(root, firstVersionOf(kind, name));
  expect(written).toEqual(expect.arrayContaining(extended));
  const texts = await Promise.all(written.map(read));
  expect(texts.join('\n')).toMatch(expected);
  expect(() => writeFirstVersion(root, firstVersionOf(kind, name))).toThrow('exists already');
  expect(await Promise.all(written.map(read))).toEqual(texts);
});

test('a name unfit for its kind and an unknown kind are refused', () => {
  expect(() => firstVersionOf('problem', 'Not a code')).toThrow('result-expired');
  expect(() => firstVersionOf('constructor', 'a')).toThrow('workflow|command|route|problem');
  expect(() => writeFirstVersion(root, firstVersionOf('route', 'nowhere/doIt'))).toThrow('does not exist');
});

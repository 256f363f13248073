import { readdirSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { routes } from '@star-graph/contract/routes';
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

const rooms = readdirSync(join(project, 'api/routes'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

test.each(rooms)('a new route of %s is written as its table has others', async (room) => {
  await cp(join(project, 'api/contract', room), join(root, 'api/contract', room), { recursive: true });
  await cp(join(project, 'api/routes/createHandlers.ts'), join(root, 'api/routes/createHandlers.ts'));
  const [handler = '', table = ''] = writeFirstVersion(root, firstVersionOf('route', `${room}/doIt`));
  expect(handler).toBe(`api/routes/${room}/doItHandler.ts`);
  const text = await read(table);
  const [, create = '', entry = ''] = /doIt: (\w+)\((.*?\n) {2}\}\),/s.exec(text) ?? [];
  expect(text).toMatch(new RegExp(`^import \\{[^}]*\\b${create}\\b`, 'm'));
  const known = new Set(Object.values(routes).map(({ tag }) => tag));
  expect(create === 'adminRoute' ? 'admin' : /tag: '(\w+)'/.exec(entry)?.[1]).toSatisfy((tag: string) =>
    known.has(tag as never),
  );
});

test('a name unfit for its kind and an unknown kind are refused', () => {
  expect(() => firstVersionOf('problem', 'Not a code')).toThrow('result-expired');
  expect(() => firstVersionOf('constructor', 'a')).toThrow('workflow|command|route|problem');
  expect(() => writeFirstVersion(root, firstVersionOf('route', 'nowhere/doIt'))).toThrow('does not exist');
});

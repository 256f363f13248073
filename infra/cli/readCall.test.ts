import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Usage } from '../launcher/failure.ts';
import { readCall } from './readCall.ts';

const usage = 'npm run dance -- <step>   dances';
const config = {
  allowPositionals: true,
  options: { slowly: { type: 'boolean' }, to: { type: 'string', default: 'music' } },
} as const;

const endOf = (args: readonly string[], given: Parameters<typeof readCall>[1] = config) => {
  try {
    return readCall(usage, given, args);
  } catch (error) {
    if (!(error instanceof Usage)) throw error;
    return { isAsked: error.isAsked, message: error.message };
  }
};

test('a command reads its options, and says how it is called when asked', () => {
  expect(endOf(['waltz', '--slowly'])).toMatchObject({
    values: { slowly: true, to: 'music' },
    positionals: ['waltz'],
  });
  for (const asked of ['--help', '-h'])
    expect(endOf(['waltz', asked])).toEqual({ isAsked: true, message: usage });
});

test.each([
  [['--fast'], config, "Unknown option '--fast'."],
  [['--to'], config, "Option '--to <value>' argument missing."],
  [['waltz'], {}, "Unexpected argument 'waltz'."],
])('a wrong call is one sentence and the usage: %j', (args, given, sentence) => {
  const wrong = { isAsked: false, message: `${sentence}\n\n${usage}` };
  expect(endOf(args, given)).toEqual(wrong);
});

test('every command says how it is called', () => {
  const [, list = ''] =
    /const commands = \[(.*?)\];/s.exec(readFileSync(join(import.meta.dirname, 'workspace.mjs'), 'utf8')) ??
    [];
  const commands = [...list.matchAll(/'([\w-]+)'/g)].map(([, name = '']) => name);
  expect(commands).toContain('explore');
  const programs = commands.map((name) => `${name}.ts`);
  const verbs = ['install', 'models', 'setup', 'upgrade'].map((name) => `sg/${name}.ts`);
  // Their own parsers answer, and the tests go on to Vitest.
  const others = new Set(['doctor.ts', 'try.ts', 'test.ts', 'keys.ts', 'sg/models.ts']);
  const lacking = [...programs, ...verbs].filter((file) => {
    const text = readFileSync(join(import.meta.dirname, file), 'utf8');
    return !/\breadCall\(/.test(text) !== others.has(file);
  });
  expect(lacking).toEqual([]);
  const parsers = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
    (file) =>
      /^(?!.*\.test\.ts$).*\.ts$/.test(file) &&
      /\bparseArgs\(/.test(readFileSync(join(import.meta.dirname, file), 'utf8')),
  );
  expect(parsers).toEqual(['readCall.ts']);
});

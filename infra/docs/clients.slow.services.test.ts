import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { eventually } from '@star-graph/core/testing/dispatch/dispatchSetup';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWholePlatform, type WholePlatform } from '../launcher/testing/wholePlatform.ts';
import { findExample, runExample, runScript, runShell } from './examples.ts';

const infraModules = resolve(import.meta.dirname, '../node_modules');
const rootModules = resolve(import.meta.dirname, '../../node_modules');

let platform: WholePlatform;
/** The project of another programmer: the example and the generated types. */
let project: string;
let env: { STAR_GRAPH_URL: string; TOKEN: string };

beforeAll(async () => {
  platform = await startWholePlatform();
  env = { STAR_GRAPH_URL: platform.url, TOKEN: (await platform.register()).accessToken };
  project = await mkdtemp(join(tmpdir(), 'generated-client-'));
  await symlink(infraModules, join(project, 'node_modules'));
  // As the text says; without it the next package.json of a folder above would decide.
  await writeFile(join(project, 'package.json'), JSON.stringify({ type: 'module' }));
  await writeFile(join(project, 'follow.ts'), await findExample('clients.md', 'ts', 'openapi-fetch'));
  await runToEnd('openapi-typescript', await findExample('clients.md', 'sh', 'openapi-typescript'));
});

afterAll(async () => {
  await platform?.[Symbol.asyncDispose]();
  if (project !== undefined) await rm(project, { recursive: true });
});

/** `npx` finds what is installed: this is how it was installed here. */
async function runToEnd(what: string, code: string): Promise<void> {
  const PATH = [join(infraModules, '.bin'), process.env.PATH].join(delimiter);
  await using command = runShell(code.replace('npx ', ''), { ...env, PATH }, project);
  const exitCode = await command.ended;
  if (exitCode !== 0) throw new Error(`${what} ended with ${exitCode}: ${command.text()}`);
}

const typeCheck = (file: string) =>
  runExample(
    join(rootModules, '.bin/tsc'),
    [
      ...['--noEmit', '--strict', '--noUncheckedIndexedAccess', '--target', 'esnext', '--module', 'nodenext'],
      ...['--allowImportingTsExtensions', '--typeRoots', join(rootModules, '@types')],
      ...['--types', 'node', '--checkers', '1', '--ignoreConfig', file],
    ],
    {},
    project,
  );

test('the example is typed, and a wrong value is an error', async () => {
  await using sound = typeCheck('follow.ts');
  expect([await sound.ended, sound.text()]).toEqual([0, '']);
  const example = await findExample('clients.md', 'ts', 'openapi-fetch');
  await writeFile(join(project, 'wrong.ts'), example.replace('steps: 20', "steps: 'twenty'"));
  await using wrong = typeCheck('wrong.ts');
  expect(await wrong.ended).not.toBe(0);
  expect(wrong.text()).toContain("Type 'string' is not assignable to type 'number'");
});

test('hey-api’s client of the document is typed, and makes a task', async () => {
  await writeFile(join(project, 'openapi-ts.config.js'), await findExample('clients.md', 'js', 'openapi-ts'));
  await runToEnd('openapi-ts', await findExample('clients.md', 'sh', 'npx openapi-ts\n'));
  await writeFile(join(project, 'heyApi.ts'), await findExample('clients.md', 'ts', 'sdk.gen'));
  await using sound = typeCheck('heyApi.ts');
  expect([await sound.ended, sound.text()]).toEqual([0, '']);
  await using run = runExample(process.execPath, ['heyApi.ts'], env, project);
  expect([await run.ended, run.text()]).toEqual([0, expect.stringMatching(/^true \d+$/m)]);
});

test('each door’s description is made into types that hold', async () => {
  for (const door of ['openai', 'sdapi', 'graph']) {
    await runToEnd(
      `openapi-typescript for ${door}`,
      `openapi-typescript "$STAR_GRAPH_URL/openapi/${door}.json" --output ${door}.ts`,
    );
    await using checked = typeCheck(`${door}.ts`);
    expect([door, await checked.ended, checked.text()]).toEqual([door, 0, '']);
  }
});

test('a generated client, a STOMP client and curl see the same task', async () => {
  // So slow that all of them are there before it ends.
  await platform.preview.control({ simulate: { secondsPerStep: 4 } });
  await using stomp = runScript(await findExample('events.md', 'js', '@stomp/stompjs'), env);
  await eventually(() => expect(stomp.text()).toContain('state_snapshot'));
  await using generated = runExample(process.execPath, ['follow.ts'], env, project);
  const id = await eventually(() => {
    const accepted = /^accepted (\S+)$/m.exec(generated.text());
    if (!accepted?.[1]) throw new Error(generated.text());
    return accepted[1];
  });
  await using curl = runShell(await findExample('events.md', 'sh', 'curl'), { ...env, TASK: id });
  await eventually(() => {
    expect(curl.text()).toContain('event: state_snapshot');
    expect(generated.text()).toContain('state_snapshot');
    expect(stomp.text()).toContain(`task_started ${id}`);
  });
  for (const { text } of [curl, generated, stomp]) expect(text()).not.toContain('task_completed');
  await platform.preview.control({ simulate: { secondsPerStep: 0 } });

  expect([await generated.ended, await curl.ended]).toEqual([0, 0]);
  await eventually(() => expect(stomp.text()).toContain(`task_completed ${id}`));
  const lines = generated.text().trim().split('\n');
  expect(lines.at(-2)).toBe('task_completed');
  const told = lastEventOf(curl.text());
  expect(told).toMatchObject({ type: 'task_completed', taskId: id });
  const [status, ...urls] = lines.at(-1)?.split(' ') ?? [];
  expect(status).toBe('succeeded');
  expect(urls).toHaveLength(1);
  expect(urls.map(withoutQuery)).toEqual(told.data.outputs.map(({ url }) => withoutQuery(url)));
});

test('curl asks each door for a picture, and Python needs nothing but itself', async () => {
  const made = await fetch(`${platform.url}/api/v1/users/api-keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${env.TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'shell' }),
  });
  const { key } = (await made.json()) as { key: string };
  const own = { STAR_GRAPH_URL: platform.url, STAR_GRAPH_KEY: key };
  await using curl = runShell(await findExample('clients.md', 'sh', '/v1/responses'), own, project);
  expect([await curl.ended, curl.text()]).toEqual([0, expect.any(String)]);
  const lines = curl.text().trim().split('\n');
  expect(lines.slice(0, 5).map((line) => line.slice(0, 12))).toEqual([
    '{"created":1',
    '{"id":"chatc',
    '{"id":"resp_',
    '{"candidates',
    '{"id":"video',
  ]);
  expect(lines.slice(5).join()).toContain('credits available');
  await writeFile(join(project, 'draw.py'), await findExample('clients.md', 'py', 'urllib'));
  await using python = runExample('/usr/bin/python3', ['draw.py'], own, project);
  expect([await python.ended, python.text().trim()]).toEqual([0, 'succeeded']);
});

interface CompletedEvent {
  type: string;
  taskId: string;
  data: { outputs: { url: string }[] };
}

const lastEventOf = (text: string): CompletedEvent =>
  JSON.parse(
    text
      .match(/^data: .*$/gm)
      ?.at(-1)
      ?.slice('data: '.length) ?? '{}',
  );

/** Each answer signs its links anew. */
const withoutQuery = (url: string): string => url.split('?')[0] ?? url;

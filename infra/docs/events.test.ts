import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import {
  createEventCast,
  type EventCast,
  type EventPlatform,
  type EventServer,
  startEventServer,
} from '@star-graph/api/testing/eventServer';
import { createTestDatabase } from '@star-graph/core/testing/database';
import { eventually } from '@star-graph/core/testing/eventually';
import { createTestRedis } from '@star-graph/core/testing/redis';
import { afterAll, beforeAll, expect, test } from 'vitest';

let platform: EventPlatform;
let cast: EventCast;
let server: EventServer;
beforeAll(async () => {
  platform = { db: await createTestDatabase(), redis: await createTestRedis() };
  cast = await createEventCast(platform);
  server = await startEventServer(platform, cast);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await cast.stop();
  await platform.redis[Symbol.asyncDispose]();
  await platform.db[Symbol.asyncDispose]();
});

/** The example of the guide that contains `part`, as it is printed. */
async function findExample(language: string, part: string): Promise<string> {
  const guide = await readFile(new URL('./events.md', import.meta.url), 'utf8');
  const blocks = [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, code]) => code ?? '',
  );
  const example = blocks.find((code) => code.includes(part));
  if (example === undefined) throw new Error(`no ${language} example with ${part}`);
  return example;
}

/** Runs it in this package, whose dependencies it imports, until it ends or is disposed of. */
function run(command: string, args: string[], env: Record<string, string>) {
  const child = spawn(command, args, {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { PATH: process.env.PATH ?? '', STAR_GRAPH_URL: server.url, ...env },
  });
  const output: string[] = [];
  child.stdout.on('data', (data) => output.push(String(data)));
  child.stderr.on('data', (data) => output.push(String(data)));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return {
    text: () => output.join(''),
    ended,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

const runScript = (code: string, env: Record<string, string>) =>
  run(process.execPath, ['--input-type=module', '--eval', code], env);

async function createScene() {
  const person = await cast.addPerson();
  const task = await cast.addTask(person);
  return { task, env: { TOKEN: person.signIn.accessToken, TASK: task.id } };
}

test('the curl example follows a task to its end', async () => {
  const { task, env } = await createScene();
  await using example = run('sh', ['-c', await findExample('sh', 'curl')], env);
  await eventually(() => expect(example.text()).toContain('event: state_snapshot'));
  await cast.tell(task, 'task_completed', 'succeeded');
  expect(await example.ended).toBe(0);
  expect(example.text()).toMatch(/^event: task_completed$/m);
});

test('the fetch example follows a task to its end', async () => {
  const { task, env } = await createScene();
  await using example = runScript(await findExample('js', 'eventsource-parser'), env);
  await eventually(() => expect(example.text()).toContain('state_snapshot queued'));
  await cast.tell(task, 'task_started', 'running');
  await cast.tell(task, 'task_failed', 'failed');
  expect(await example.ended).toBe(0);
  expect(example.text().trim().split('\n').at(-1)).toContain('task_failed');
});

test('the STOMP example tells what stands and what happens', async () => {
  const { task, env } = await createScene();
  await using example = runScript(await findExample('js', '@stomp/stompjs'), env);
  await eventually(() => expect(example.text()).toContain(`state_snapshot ${task.id} queued`));
  await cast.tell(task, 'task_started', 'running');
  await cast.tell(task, 'task_completed', 'succeeded');
  await eventually(() => expect(example.text()).toContain(`task_completed ${task.id}`));
  expect(example.text()).toContain(`task_started ${task.id}`);
});

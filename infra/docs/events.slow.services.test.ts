import { eventFixture } from '@star-graph/api/testing/servers/eventServer';
import { eventually } from '@star-graph/core/testing/eventually';
import { expect, test } from 'vitest';
import { findExample, runScript, runShell } from './examples.ts';

const { cast, server } = eventFixture();

async function createScene() {
  const person = await cast.addPerson();
  const task = await cast.addTask(person);
  return { task, env: { STAR_GRAPH_URL: server.url, TOKEN: person.signIn.accessToken, TASK: task.id } };
}

test('the curl example follows a task to its end', async () => {
  const { task, env } = await createScene();
  await using example = runShell(await findExample('events.md', 'sh', 'curl'), env);
  await eventually(() => expect(example.text()).toContain('event: state_snapshot'));
  await cast.tell(task, 'task_completed', 'succeeded');
  expect(await example.ended).toBe(0);
  expect(example.text()).toMatch(/^event: task_completed$/m);
});

test('the fetch example follows a task to its end', async () => {
  const { task, env } = await createScene();
  await using example = runScript(await findExample('events.md', 'js', 'eventsource-parser'), env);
  await eventually(() => expect(example.text()).toContain('state_snapshot queued'));
  await cast.tell(task, 'task_started', 'running');
  await cast.tell(task, 'task_failed', 'failed');
  expect(await example.ended).toBe(0);
  expect(example.text().trim().split('\n').at(-1)).toContain('task_failed');
});

test('the STOMP example tells what stands and what happens', async () => {
  const { task, env } = await createScene();
  await using example = runScript(await findExample('events.md', 'js', '@stomp/stompjs'), env);
  await eventually(() => expect(example.text()).toContain(`state_snapshot ${task.id} queued`));
  await cast.tell(task, 'task_started', 'running');
  await cast.tell(task, 'task_completed', 'succeeded');
  await eventually(() => expect(example.text()).toContain(`task_completed ${task.id}`));
  expect(example.text()).toContain(`task_started ${task.id}`);
});

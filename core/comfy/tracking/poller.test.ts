import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { systemClock } from '../../ground/runtime/clock.ts';
import { startReplayClient } from '../../testing/comfy/replayClient.ts';
import { isEnd, isText } from '../../testing/comfy/transcript.ts';
import type { ExecutionEvent } from '../comfy.ts';
import { createComfyClient } from '../comfyClient.ts';

test('finishes by polls when the socket never reports the end', async () => {
  await using replay = await startReplayClient('txt2img-first-run', { silentAfterMs: 60_000 });
  const hold = replay.server.holdBefore(isText('execution_success'));
  const run = replay.run();
  await hold.reached;
  replay.server.goDeaf();
  hold.release();
  expect((await run.outcome).kind).toBe('succeeded');
  expect(replay.server.clientIds).toHaveLength(1);
});

test('a cancelled pending prompt is soon forgotten, the running one goes on', async () => {
  await using replay = await startReplayClient('queue-front-and-number');
  const hold = replay.server.holdBefore(isEnd);
  const first = replay.run();
  await hold.reached;
  const second = replay.run();
  await second.posted;
  await replay.client.cancel(second.promptId);
  expect(await second.outcome).toEqual({ kind: 'forgotten' });
  expect(second.events).toEqual([]);
  hold.release();
  expect((await first.outcome).kind).toBe('succeeded');
});

test('a prompt is not missed before its POST is settled', async () => {
  await using replay = await startReplayClient('txt2img-first-run');
  const promptId = randomUUID();
  const graph = replay.server.episodes[0]?.graph ?? {};
  const outcome = replay.client.follow({ promptId, graph }, () => undefined);
  await replay.server.seen('GET', '/queue', 8);
  expect(replay.server.requests.some((one) => one.path.startsWith('/history'))).toBe(false);
  await replay.client.post(promptId, graph);
  expect((await outcome).kind).toBe('succeeded');
});

test('does not call a prompt forgotten after one empty look', async () => {
  await using replay = await startReplayClient('txt2img-first-run');
  const hold = replay.server.holdBefore(isText('execution_success'));
  const run = replay.run();
  await hold.reached;
  let emptyLooks = 0;
  replay.server.intercept((one) => {
    if (one.path === '/queue' && emptyLooks === 0) return { json: { queue_running: [], queue_pending: [] } };
    if (one.path.startsWith('/history/')) emptyLooks += 1;
    return undefined;
  });
  await expect.poll(() => emptyLooks).toBe(1);
  await replay.server.seen('GET', '/queue', replay.server.requests.length + 2);
  hold.release();
  expect((await run.outcome).kind).toBe('succeeded');
});

test('starts counting anew when a missed prompt was seen again', async () => {
  await using replay = await startReplayClient('txt2img-first-run', { forgottenAfterMs: 1 });
  const hold = replay.server.holdBefore(isText('execution_success'));
  const run = replay.run();
  await hold.reached;
  let polls = 0;
  replay.server.intercept((one) => {
    if (one.path !== '/queue') return undefined;
    polls += 1;
    return polls % 2 === 1 ? { json: { queue_running: [], queue_pending: [] } } : undefined;
  });
  await expect.poll(() => polls).toBeGreaterThan(10);
  replay.server.intercept(() => undefined);
  hold.release();
  expect((await run.outcome).kind).toBe('succeeded');
});

test('a prompt queued despite a lost answer is collected, not reposted', async () => {
  await using replay = await startReplayClient('txt2img-first-run', { pollIntervalMs: 60_000 });
  let cuts = 0;
  replay.server.intercept((one) => {
    if (one.path !== '/prompt') return undefined;
    cuts += 1;
    return { cut: 'handled' };
  });
  const hold = replay.server.holdBefore(isEnd);
  const run = replay.run();
  expect(await run.posted).toEqual({ kind: 'unknown' });
  // Only the lost answer causes a poll now.
  await replay.server.seen('GET', '/queue');
  hold.release();
  expect((await run.outcome).kind).toBe('succeeded');
  expect(cuts).toBe(1);
});

test('a lost POST that never arrived is forgotten, for another try', async () => {
  await using replay = await startReplayClient('txt2img-first-run');
  replay.server.intercept((one) => (one.path === '/prompt' ? { cut: 'ignored' } : undefined));
  const run = replay.run();
  expect(await run.outcome).toEqual({ kind: 'forgotten' });
  expect(run.events).toEqual([]);
});

test('follows a prompt that another client had posted, by looking', async () => {
  await using replay = await startReplayClient('txt2img-first-run');
  const hold = replay.server.holdBefore(isEnd);
  const run = replay.run();
  await hold.reached;
  const heir = createComfyClient(
    { clock: systemClock, logger: pino({ level: 'silent' }) },
    {
      url: replay.server.url,
      pollIntervalMs: 25,
    },
  );
  const events: ExecutionEvent[] = [];
  const graph = replay.server.episodes[0]?.graph ?? {};
  const execution = { promptId: run.promptId, graph, alreadyPosted: true };
  const outcome = heir.follow(execution, (event) => events.push(event));
  await expect.poll(() => events).toEqual([{ type: 'started' }]);
  hold.release();
  expect((await outcome).kind).toBe('succeeded');
  expect((await run.outcome).kind).toBe('succeeded');
  await heir.close();
});

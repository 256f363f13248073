import { expect, test } from 'vitest';
import { startReplayClient } from '../../testing/comfy/replayClient.ts';
import type { ReplayComfy } from '../../testing/comfy/replayComfy.ts';
import { isEnd, isText } from '../../testing/comfy/transcript.ts';

const featureFlags = '{"type":"feature_flags","data":{"supports_preview_metadata":true}}';
const isPastFirstStep = isText('executed');

/** Until so many sockets were opened, one after the other. */
const untilOpened = ({ server }: { server: ReplayComfy }, count: number): Promise<void> =>
  server.untilSockets(() => server.clientIds.length >= count);

test('says its feature flags as the first frame of every connection', async () => {
  await using replay = await startReplayClient('txt2img-preview-metadata');
  const { server } = replay;
  await server.untilSockets(() => server.sent.length > 0);
  server.cutSockets();
  await server.untilSockets(() => server.sent.length > 1);
  expect(server.sent).toEqual([
    { socket: 1, text: featureFlags },
    { socket: 2, text: featureFlags },
  ]);
});

test('two connects share one socket', async () => {
  await using replay = await startReplayClient('txt2img-first-run');
  await Promise.all([replay.client.connect(), replay.client.connect()]);
  expect(replay.server.clientIds).toHaveLength(1);
});

test('keeps its id over a cut while a prompt is followed', async () => {
  await using replay = await startReplayClient('ws-disconnect-reconnect');
  const isTwentieth = (frame: Parameters<typeof isEnd>[0]) =>
    isText('progress')(frame) && 'data' in frame && frame.data.value === 20;
  const hold = replay.server.holdBefore(isTwentieth);
  const run = replay.run();
  await hold.reached;
  replay.server.cutSockets();
  await untilOpened(replay, 2);
  hold.release();
  expect((await run.outcome).kind).toBe('succeeded');
  expect(replay.server.clientIds[1]).toBe(replay.server.clientIds[0]);
  expect(run.events).toContainEqual(expect.objectContaining({ type: 'progress', step: 20, steps: 30 }));
  expect(run.events.filter((event) => event.type === 'started')).toHaveLength(1);
});

test('takes a fresh id when nothing is followed, and tells of its return', async () => {
  let returns = 0;
  const returned = Promise.withResolvers<void>();
  const onReopened = () => {
    returns += 1;
    returned.resolve();
  };
  await using replay = await startReplayClient('txt2img-first-run', { onReopened });
  expect(returns).toBe(0);
  replay.server.cutSockets();
  await returned.promise;
  expect([returns, replay.server.clientIds.length]).toEqual([1, 2]);
  expect(replay.server.clientIds[1]).not.toBe(replay.server.clientIds[0]);
  expect((await replay.run().outcome).kind).toBe('succeeded');
});

test('polls at once after a cut, and collects what ended meanwhile', async () => {
  await using replay = await startReplayClient('txt2img-first-run', { pollIntervalMs: 60_000 });
  const hold = replay.server.holdBefore(isEnd);
  const run = replay.run();
  await hold.reached;
  replay.server.goDeaf();
  hold.release();
  // It is over without a message: only the cut causes a poll.
  replay.server.cutSockets();
  expect((await run.outcome).kind).toBe('succeeded');
});

test('a silent step leaves the socket open while pings are answered', async () => {
  await using replay = await startReplayClient('txt2img-first-run', { silentAfterMs: 1, pingIntervalMs: 20 });
  const hold = replay.server.holdBefore(isPastFirstStep);
  const run = replay.run();
  await hold.reached;
  await replay.server.seen('GET', '/queue', 12);
  expect(replay.server.clientIds).toHaveLength(1);
  expect(replay.logged.map((line) => line.msg)).not.toContain('reopening the socket of a backend');
  hold.release();
  expect((await run.outcome).kind).toBe('succeeded');
});

test('reopens a silent socket after another with its id was lost', async () => {
  await using replay = await startReplayClient('txt2img-first-run', { silentAfterMs: 200 });
  const hold = replay.server.holdBefore(isPastFirstStep);
  const run = replay.run();
  await hold.reached;
  replay.server.cutSockets();
  replay.server.goDeaf();
  // A held step is silent, so sockets keep being reopened: only one that has just opened hears the end.
  await untilOpened(replay, 3);
  hold.release();
  expect((await run.outcome).kind).toBe('succeeded');
  expect(new Set(replay.server.clientIds).size).toBe(1);
  await replay.server.untilSockets(() => replay.server.openSockets() === 1);
  expect(run.events.at(-1)).toEqual({ type: 'progress', percent: 100 });
});

test('never has two sockets, and closes the first properly', async () => {
  await using replay = await startReplayClient('txt2img-first-run', { silentAfterMs: 30 });
  const hold = replay.server.holdBefore(isPastFirstStep);
  const run = replay.run();
  await hold.reached;
  replay.server.cutSockets();
  replay.server.goDeaf();
  await untilOpened(replay, 4);
  expect(replay.server.mostSockets()).toBe(1);
  hold.release();
  await run.outcome;
});

test("another client's silent prompt is not the socket's fault", async () => {
  await using replay = await startReplayClient('txt2img-first-run', { silentAfterMs: 1 });
  const promptId = '2f1c6f0e-7f0c-4f43-9a53-0d9f6a7b1c11';
  const running = [[0, promptId, {}, {}, []]];
  replay.server.intercept(() => ({ json: { queue_running: running, queue_pending: [] } }));
  const aborting = new AbortController();
  const follow = replay.client.follow(
    { promptId, graph: {}, alreadyPosted: true },
    () => undefined,
    aborting.signal,
  );
  await replay.server.seen('GET', '/queue', 8);
  expect(replay.server.clientIds).toHaveLength(1);
  expect(replay.logged.map((line) => line.msg)).not.toContain('reopening the socket of a backend');
  aborting.abort();
  await expect(follow).rejects.toBe(aborting.signal.reason);
});

test('cuts a connection that left two pings unanswered, and opens another', async () => {
  await using replay = await startReplayClient('txt2img-first-run', { pingIntervalMs: 20 });
  await replay.server.untilSockets(() => replay.server.pings() > 3);
  expect(replay.server.clientIds).toHaveLength(1);
  replay.server.freezeSockets();
  await untilOpened(replay, 2);
  expect(replay.logged).toContainEqual(
    expect.objectContaining({ msg: 'a backend left two pings unanswered' }),
  );
});

test('after a restart the prompts are forgotten', async () => {
  await using replay = await startReplayClient('server-sigkill-mid-run');
  expect((await replay.run().outcome).kind).toBe('succeeded');
  expect((await replay.run().outcome).kind).toBe('succeeded');
  const hold = replay.server.holdBefore(
    (frame) => isText('executing')(frame) && 'data' in frame && frame.data.node === '3',
  );
  const running = replay.run();
  const pending = replay.run();
  await hold.reached;
  replay.server.restart();
  hold.release();
  expect(await Promise.all([running.outcome, pending.outcome])).toEqual([
    { kind: 'forgotten' },
    { kind: 'forgotten' },
  ]);
  expect(pending.events).toEqual([]);
  await replay.server.untilSockets(() => replay.server.openSockets() === 1);
  expect((await replay.run().outcome).kind).toBe('succeeded');
});

test('calls a server unreachable that refuses connections', async () => {
  await using replay = await startReplayClient('txt2img-first-run');
  const hold = replay.server.holdBefore(isPastFirstStep);
  const run = replay.run();
  await hold.reached;
  await replay.server.stop();
  hold.release();
  expect(await run.outcome).toEqual({ kind: 'unreachable' });
});

test('logs once why a socket cannot be reopened', async () => {
  await using replay = await startReplayClient('txt2img-first-run');
  await replay.server.stop();
  const tried = () => replay.logged.filter((line) => line.msg === 'the socket of a backend failed').length;
  await expect.poll(tried).toBeGreaterThan(1);
  const told = replay.logged.filter((line) => String(line.msg).includes('cannot be opened again'));
  expect(told.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/^Nothing listens at 127\.0\.0\.1:/),
  ]);
});

test('calls a server unreachable that holds its connections and answers nothing', async () => {
  await using replay = await startReplayClient('txt2img-first-run', {
    pingIntervalMs: 20,
    lookTimeoutMs: 40,
  });
  const hold = replay.server.holdBefore(isPastFirstStep);
  const run = replay.run();
  await hold.reached;
  replay.server.intercept(() => ({ hang: true }));
  replay.server.freeze();
  expect(await run.outcome).toEqual({ kind: 'unreachable' });
  hold.release();
});

test('calls a server unreachable of which only the proxy answers', async () => {
  await using replay = await startReplayClient('txt2img-first-run', {
    pingIntervalMs: 20,
    lookTimeoutMs: 40,
  });
  const hold = replay.server.holdBefore(isPastFirstStep);
  const run = replay.run();
  await hold.reached;
  replay.server.intercept(() => ({ status: 502, text: '<html>' }));
  replay.server.freeze();
  expect(await run.outcome).toEqual({ kind: 'unreachable' });
  hold.release();
});

test('a server whose socket answers is kept, despite failed polls', async () => {
  await using replay = await startReplayClient('txt2img-first-run', {
    pingIntervalMs: 100,
    lookTimeoutMs: 200,
    // Twelve polls take longer, and a busy machine does not stand still for so long.
    unreachableAfterMs: 1_500,
  });
  const hold = replay.server.holdBefore(isPastFirstStep);
  const run = replay.run();
  await hold.reached;
  replay.server.intercept((one) => (one.path === '/queue' ? { hang: true } : undefined));
  await replay.server.seen('GET', '/queue', 12);
  replay.server.intercept(() => undefined);
  hold.release();
  expect((await run.outcome).kind).toBe('succeeded');
});

test('closes for good: no socket is left and none comes again', async () => {
  await using replay = await startReplayClient('txt2img-first-run');
  await replay.client.close();
  await replay.server.untilSockets(() => replay.server.openSockets() === 0);
  await replay.client.connect();
  expect(replay.server.clientIds).toHaveLength(2);
});

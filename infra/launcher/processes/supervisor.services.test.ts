import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, systemClock } from '@star-graph/core/ground/runtime/clock';
import { expect, onTestFinished, test } from 'vitest';
import { createTestDir, idleForever, ignoresTerm } from '../testing/processes.ts';
import { findProcess } from './processIdentity.ts';
import { createProcessRegistry } from './processRegistry.ts';
import { type ProcessSpec, type SupervisorEvent, supervise } from './supervisor.ts';

/** Real time with short waits: the test asserts the requested length of each wait. */
const hastyClock: Clock = {
  ...systemClock,
  sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 10), signal),
};

function createFixture(code: string, spec: Partial<ProcessSpec> = {}, clock: Clock = systemClock) {
  const dir = createTestDir();
  const upFile = join(dir, 'up');
  const events: SupervisorEvent[] = [];
  let onEvent: (() => void) | undefined;
  const registry = createProcessRegistry(join(dir, 'run'));
  const deps = {
    clock,
    registry,
    report(event: SupervisorEvent) {
      events.push(event);
      onEvent?.();
    },
  };
  // The child writes its pid in one step once it is up: half a pid would be another process'.
  const script = `const fs = require('node:fs'), file = process.argv[1]; ${code};
    fs.writeFileSync(file + '.new', String(process.pid)); fs.renameSync(file + '.new', file);`;
  const full: ProcessSpec = {
    name: 'child',
    command: process.execPath,
    args: ['-e', script, upFile],
    env: {},
    cwd: dir,
    logFile: join(dir, 'logs', 'child.log'),
    isReady: async () => existsSync(upFile),
    readyTimeoutMs: 20_000,
    stopTimeoutMs: 20_000,
    ...spec,
  };
  const until = (isReached: () => boolean) =>
    new Promise<void>((resolve) => {
      onEvent = () => isReached() && resolve();
      onEvent();
    });
  return {
    dir,
    events,
    registry,
    until,
    pid: () => Number(readFileSync(upFile, 'utf8')),
    /** The next one is ready once it has written its own pid. */
    crash() {
      const pid = Number(readFileSync(upFile, 'utf8'));
      rmSync(upFile);
      process.kill(pid, 'SIGKILL');
      return pid;
    },
    /** A start that is never ready, and is called off once the process is up. */
    async callOff() {
      const [startup, up] = [new AbortController(), Promise.withResolvers<void>()];
      full.isReady = async () => {
        if (existsSync(upFile)) up.resolve();
        return false;
      };
      const started = supervise(deps, full, startup.signal);
      await up.promise;
      startup.abort(new Error('called off'));
      await expect(started).rejects.toThrow('called off');
    },
    async start() {
      const supervised = await supervise(deps, full);
      onTestFinished(() => supervised.stop());
      return supervised;
    },
  };
}

test('records the process while it runs, and not afterwards', async () => {
  const child = createFixture(idleForever);
  const supervised = await child.start();
  expect(child.registry.list()).toMatchObject([{ name: 'child', pid: child.pid() }]);

  await supervised.stop();

  expect(findProcess(child.pid())).toBeUndefined();
  expect(child.registry.list()).toEqual([]);
  expect(child.events).toEqual([]);
});

test('restarts a process that dies and says so', async () => {
  const child = createFixture(idleForever, {}, hastyClock);
  await child.start();
  const firstPid = child.crash();

  await child.until(() => child.events.some((event) => event.type === 'restarted'));

  expect(child.events[0]).toEqual({
    type: 'exited',
    name: 'child',
    reason: 'signal SIGKILL',
    restartInMs: 500,
  });
  expect(child.pid()).not.toBe(firstPid);
});

test('a process that gives no answer any more is killed and started again', async () => {
  let asked = 0;
  const child = createFixture(ignoresTerm, { isAlive: async () => ++asked > 8 }, hastyClock);
  await child.start();
  await child.until(() => child.events.some((event) => event.type === 'restarted'));
  expect(child.events).toMatchObject([
    { type: 'silent', name: 'child' },
    { type: 'exited', reason: 'signal SIGKILL' },
    { type: 'restarted' },
  ]);
});

test('a process that misses some questions and answers again is left alone', async () => {
  let asked = 0;
  const often = Promise.withResolvers<void>();
  const isAlive = async () => {
    asked += 1;
    if (asked > 20) often.resolve();
    return asked % 8 === 0;
  };
  const child = createFixture(idleForever, { isAlive }, hastyClock);
  await child.start();
  await often.promise;
  expect(child.events).toEqual([]);
});

test('waits twice as long after each crash, up to 30 s', async () => {
  const child = createFixture('', { isReady: async () => true }, hastyClock);
  await child.start().catch(() => undefined);
  const waits = () => child.events.flatMap((event) => (event.type === 'exited' ? [event.restartInMs] : []));
  await child.until(() => waits().length >= 8);
  expect(waits().slice(0, 8)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});

test('starts with the shortest wait after a minute without a crash', async () => {
  let aheadMs = 0;
  const clock: Clock = { ...hastyClock, monotonicMs: () => systemClock.monotonicMs() + aheadMs };
  const child = createFixture(idleForever, {}, clock);
  await child.start();
  const exits = () => child.events.filter((event) => event.type === 'exited');
  const restarts = () => child.events.filter((event) => event.type === 'restarted');
  for (const crash of [1, 2, 3]) {
    if (crash === 3) aheadMs = 60_000;
    child.crash();
    await child.until(() => restarts().length >= crash);
  }
  expect(exits().map((event) => event.restartInMs)).toEqual([500, 1_000, 500]);
});

test("shows the log's end of a failed process, and leaves nothing", async () => {
  const child = createFixture(`console.error('no room on the disk'); process.exit(3)`, {
    isReady: async () => false,
  });
  await expect(child.start()).rejects.toThrow(/ended with exit code 3.*no room on the disk/s);
  expect(child.registry.list()).toEqual([]);
});

test('an optional process that fails at first serves in the end', async () => {
  const child = createFixture(
    'if (!fs.existsSync("good")) process.exit(3)',
    { isOptional: true },
    hastyClock,
  );
  const started = await child.start();
  expect(started.isServing).toBe(false);
  await child.until(() => child.events.length >= 2);
  const [first] = child.events;
  expect(first).toMatchObject({ type: 'exited', restartInMs: 500 });
  expect(first).toHaveProperty(
    'reason',
    expect.stringMatching(/^ended with exit code 3; [^\n]*child\.log says why$/),
  );
  writeFileSync(join(child.dir, 'good'), '');
  await child.until(() => child.events.some((event) => event.type === 'restarted'));
  expect(started.isServing).toBe(true);
  await started.stop();
  expect(child.registry.list()).toEqual([]);
});

test('a start that is called off ends an optional process too', async () => {
  const child = createFixture(idleForever, { isOptional: true });
  await child.callOff();
  expect(child.registry.list()).toEqual([]);
});

test('shows only what this start wrote, not an older log', async () => {
  const child = createFixture('process.exit(3)', { isReady: async () => false });
  await child.start().catch(() => undefined);
  const log = join(child.dir, 'logs', 'child.log');
  writeFileSync(log, 'an old fault\n');
  const failure = await child.start().catch((error: Error) => error.message);
  expect(failure).toContain('exit code 3');
  expect(failure).not.toContain('an old fault');
});

test('gives up on a process that is never ready and ends it', async () => {
  const child = createFixture(idleForever, { isReady: async () => false, readyTimeoutMs: 300 });
  await expect(child.start()).rejects.toThrow('was not ready within');
  expect(child.registry.list()).toEqual([]);
});

test('kills a process that ignores the request to stop, and says so', async () => {
  const child = createFixture(ignoresTerm, { stopTimeoutMs: 100 });
  const script = await child.start();
  await script.stop();
  expect(child.events).toEqual([{ type: 'killed', name: 'child' }]);
  expect(findProcess(child.pid())).toBeUndefined();
});

test('a stop during the wait for a restart ends the supervision', async () => {
  const child = createFixture(idleForever);
  const supervised = await child.start();
  const crashed = child.pid();
  process.kill(crashed, 'SIGKILL');
  await child.until(() => child.events.length > 0);
  await supervised.stop();
  expect(child.registry.list()).toEqual([]);
  expect(child.events).toHaveLength(1);
});

test('a start that is called off takes its process with it', async () => {
  const child = createFixture(idleForever);
  await child.callOff();
  expect(findProcess(child.pid())).toBeUndefined();
});

test('passes its environment and nothing of the launcher', async () => {
  const code = `fs.writeSync(1, JSON.stringify(process.env)); ${idleForever}`;
  const child = createFixture(code, { env: { ONLY: 'this' } });
  await child.start();
  const log = readFileSync(join(child.dir, 'logs', 'child.log'), 'utf8');
  expect(JSON.parse(log)).toEqual({ ONLY: 'this' });
});

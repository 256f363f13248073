import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { createManualClock } from '../../testing/manualClock.ts';
import { noAccess } from './access.ts';
import { createComfyHttp } from './http.ts';
import { publicAuthorities as network } from './network.ts';

/** On a thread of its own: answers while this one stands still, once it is told to. */
const server = `
  const { createServer } = require('node:http');
  const { parentPort, workerData } = require('node:worker_threads');
  const steps = new Int32Array(workerData);
  const reach = (step) => { Atomics.store(steps, 0, step); Atomics.notify(steps, 0); };
  createServer((request, response) => {
    reach(1);
    Atomics.wait(steps, 0, 1);
    response.end('{"is":"there"}', () => reach(3));
  }).listen(0, '127.0.0.1', function () { parentPort.postMessage(this.address().port); });`;

test('an answer that came while the process stood still is read, not timed out', async () => {
  const steps = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(server, { eval: true, workerData: steps.buffer });
  try {
    const [port] = await once(worker, 'message');
    const clock = createManualClock();
    const access = { base: `http://127.0.0.1:${port}`, readAccess: async () => noAccess, network };
    const http = createComfyHttp({ clock }, access, () => undefined);
    const asked = http.requireJson('/queue', { timeoutMs: 1_000 });
    while (Atomics.load(steps, 0) !== 1) await turn();
    await new Promise<void>((resolve) => {
      // As a timer that became due meanwhile.
      setTimeout(() => {
        Atomics.store(steps, 0, 2);
        Atomics.notify(steps, 0);
        Atomics.wait(steps, 0, 2);
        void clock.advance(1_000);
        resolve();
      });
    });
    expect(await asked).toEqual({ is: 'there' });
  } finally {
    await worker.terminate();
  }
});

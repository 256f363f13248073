import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import WebSocket from 'ws';
import { sendAll, smallPicture } from '../load.ts';
import { type BenchPerson, type BenchPlatform, waitUntilNoneIsOpen } from '../platform.ts';
import type { Measurement } from '../report.ts';

const batch = 500;
const names = ['api', 'dispatcher'] as const;

/** Resident memory after a tenth of the tasks and after all of them, with forced collections and dropped sockets. */
export async function measureMemory(
  platform: BenchPlatform,
  person: BenchPerson,
  tasks: number,
  onProgress: (done: number) => void,
): Promise<Measurement[]> {
  const run = async (from: number, to: number) => {
    for (let done = from; done < to; done += batch) {
      const size = Math.min(batch, to - done);
      await runBatch(platform, person, done, size);
      onProgress(done + size);
    }
  };
  await run(0, tasks / 10);
  const before = await readAll(platform);
  await run(tasks / 10, tasks);
  const after = await readAll(platform);
  return names.map((name) => ({
    what: `memory of the ${name} over ${tasks.toLocaleString('en')} tasks`,
    measured: showGrowth(before[name].residentBytes, after[name].residentBytes),
    limit: `heap of it ${showGrowth(before[name].heapBytes, after[name].heapBytes)}`,
    target: 'within 5 %',
  }));
}

const showGrowth = (before: number, after: number): string =>
  `${toMib(before)} → ${toMib(after)} (${((after / before - 1) * 100).toFixed(1)} %)`;

const toMib = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;

/** For every hundred tasks one socket is opened and cut. */
async function runBatch(
  platform: BenchPlatform,
  person: BenchPerson,
  done: number,
  size: number,
): Promise<void> {
  const torn = Array.from({ length: size / 100 }, () => tearSocket(platform, person));
  await sendAll(size, 8, (index) => ({
    method: 'POST',
    url: `${platform.apiUrl}/api/v1/generate/text2img`,
    headers: person.headers,
    body: JSON.stringify({ ...smallPicture, prompt: `memory ${done + index}` }),
  }));
  await Promise.all(torn);
  await waitUntilNoneIsOpen(platform);
}

async function tearSocket({ apiUrl }: BenchPlatform, { headers }: BenchPerson): Promise<void> {
  const socket = new WebSocket(`${apiUrl.replace(/^http/, 'ws')}/ws`, 'v12.stomp');
  await once(socket, 'open');
  socket.send(`CONNECT\naccept-version:1.2\nhost:/\nAuthorization:${headers.Authorization}\n\n\0`);
  await once(socket, 'message');
  socket.terminate();
}

interface Memory {
  residentBytes: number;
  /** Of JavaScript, in use. The rest is what the engine, its threads and native libraries hold. */
  heapBytes: number;
}

async function readAll(platform: BenchPlatform): Promise<Record<(typeof names)[number], Memory>> {
  const read = async (name: (typeof names)[number]): Promise<Memory> => {
    const heapBytes = await collectGarbage(await platform.inspectorOf(name));
    return { residentBytes: await readResidentBytes(platform.pidOf(name)), heapBytes };
  };
  const [api, dispatcher] = await Promise.all([read('api'), read('dispatcher')]);
  return { api, dispatcher };
}

async function readResidentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kib === undefined) throw new Error(`process ${pid} shows no memory`);
  return Number(kib) * 1_024;
}

/** Through the inspector, so that the programs need no interface for it. @returns the bytes of the heap left in use. */
async function collectGarbage(inspectorUrl: string): Promise<number> {
  const inspector = new WebSocket(inspectorUrl);
  await once(inspector, 'open');
  for (let id = 1; id <= 2; id++) {
    inspector.send(JSON.stringify({ id, method: 'HeapProfiler.collectGarbage' }));
    await once(inspector, 'message');
  }
  inspector.send(JSON.stringify({ id: 3, method: 'Runtime.getHeapUsage' }));
  const [answer] = await once(inspector, 'message');
  const { result } = JSON.parse(String(answer)) as { result: { usedSize: number } };
  inspector.close();
  await once(inspector, 'close');
  return result.usedSize;
}

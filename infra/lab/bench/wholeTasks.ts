import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { findBuiltin } from '@star-graph/workflows/builtin';
import WebSocket from 'ws';
import { watchEvents } from './eventWatch.ts';
import { runAll, smallPicture } from './load.ts';
import { type BenchPerson, type BenchPlatform, waitUntilNoneIsOpen } from './platform.ts';
import { type Measurement, percentile, perSecond, showMs, showRate } from './report.ts';

const pairs = 100;
const freshTasks = 300;
const warmTasks = 600;
const inFlight = 16;

/**
 * Whole tasks from the request to the picture's bytes beside a bare client of the same backends, which takes turns with
 * them: as the first tasks of fresh processes, and again once these are warm. Then what the processes hold.
 */
export async function measureWholeTasks(
  platform: BenchPlatform,
  person: BenchPerson,
): Promise<Measurement[]> {
  const bare = await connectBareClients(platform.backendUrls);
  const events = await watchEvents(person.client);
  const runTask = async (seed: number) => {
    const { id } = await person.client.generate('text2img', { ...smallPicture, seed });
    await events.next('task_completed', id);
    await (await fetch(events.pictureOf(id))).arrayBuffer();
  };
  let seed = 0;
  const measureAge = async (age: string, tasks: number): Promise<Measurement[]> => {
    const latency = await measureInTurns(
      () => runTask(seed++),
      () => bare.run(seed++),
    );
    const rate = perSecond(tasks, await runAll(tasks, inFlight, () => runTask(seed++)));
    const bareRate = perSecond(tasks, await runAll(tasks, inFlight, () => bare.run(seed++)));
    await waitUntilNoneIsOpen(platform);
    return [
      {
        what: `${age}: added until the picture’s bytes are there, ${pairs} tasks one after another`,
        measured: [0.5, 0.95, 0.99]
          .map((share) => `p${share * 100} ${showMs(percentile(latency.added, share))}`)
          .join(', '),
        limit: `${showMs(latency.bareMs)} a bare client`,
        target: 'p50 ≤ 10 ms, p95 ≤ 20 ms, p99 ≤ 35 ms; fresh 1.3 of it',
      },
      {
        what: `${age}: tasks in a second, ${tasks} at ${inFlight} in flight`,
        measured: showRate(rate),
        limit: `${showRate(bareRate)} a bare client`,
        ratio: rate / bareRate,
        target: '≥ 200/s and ≥ 0.4',
      },
    ];
  };
  const fresh = await measureAge('fresh', freshTasks);
  const before = await readProcesses();
  await runAll(warmTasks, inFlight, () => runTask(seed++));
  const after = await readProcesses();
  const warm = await measureAge('warm', warmTasks);
  await events.close();
  bare.close();
  return [...fresh, ...warm, describeCost(before, after), describeMemory(await readProcesses(), seed)];
}

async function measureInTurns(ours: () => Promise<void>, bare: () => Promise<void>) {
  const took: { ours: number[]; bare: number[] } = { ours: [], bare: [] };
  for (let pair = 0; pair < pairs; pair++) {
    for (const [name, run] of [
      ['ours', ours],
      ['bare', bare],
    ] as const) {
      const startMs = performance.now();
      await run();
      took[name].push(performance.now() - startMs);
    }
  }
  const bareMs = percentile(took.bare, 0.5);
  return { bareMs, added: took.ours.map((ms) => ms - bareMs) };
}

interface History {
  outputs: Record<string, { images?: { filename: string; subfolder: string; type: string }[] }>;
}

/** Posts the same graph to the backends in turn, and fetches each picture when its prompt is over. */
async function connectBareClients(urls: readonly string[]) {
  const clients = await Promise.all(urls.map(connectBareClient));
  let next = 0;
  return {
    run: async (seed: number) => {
      const client = clients[next++ % clients.length];
      if (!client) throw new Error('a backend');
      await client.run(seed);
    },
    close: () => {
      for (const client of clients) client.close();
    },
  };
}

async function connectBareClient(url: string) {
  const workflow = findBuiltin('text2img');
  if (!workflow) throw new Error('the workflow text2img');
  const clientId = randomUUID();
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/ws?clientId=${clientId}`);
  const waiting = new Map<string, () => void>();
  socket.on('message', (data, isBinary) => {
    if (isBinary) return;
    const message = JSON.parse(String(data)) as { type: string; data?: { prompt_id?: string } };
    if (message.type === 'execution_success') waiting.get(message.data?.prompt_id ?? '')?.();
  });
  await once(socket, 'open');
  return {
    run: async (seed: number) => {
      const promptId = randomUUID();
      const over = new Promise<void>((resolve) => waiting.set(promptId, resolve));
      const params = workflow.params.parse({ ...smallPicture, seed });
      const prompt = workflow.bind(params, { images: {}, outputPrefix: `bare/${promptId}` });
      const body = JSON.stringify({ prompt, prompt_id: promptId, client_id: clientId });
      await readJson(`${url}/prompt`, { method: 'POST', body });
      await over;
      waiting.delete(promptId);
      const history = await readJson<Record<string, History>>(`${url}/history/${promptId}`);
      const files = Object.values(history[promptId]?.outputs ?? {}).flatMap(({ images = [] }) => images);
      const file = files.find(({ type }) => type === 'output');
      if (!file) throw new Error('the backend made no picture');
      await (await fetch(`${url}/view?${new URLSearchParams({ ...file })}`)).arrayBuffer();
    },
    close: () => socket.terminate(),
  };
}

async function readJson<Body>(url: string, init: RequestInit = {}): Promise<Body> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(30_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as Body;
}

/** Of the platform alone: neither of the backends nor of the client. */
interface ProcessUse {
  name: string;
  cpuMs: number;
  /** A page that several processes share is counted once in all. */
  heldBytes: number;
}

const programs = {
  api: /api\/main\.ts/,
  dispatcher: /dispatch\/main\.ts/,
  MariaDB: /mariadbd/,
  Redis: /redis-server/,
};
/** Linux counts processor time in these. */
const tickMs = 10;

/** The processes that this one started, and theirs: what a program started counts as its own under another name. */
async function readProcesses(): Promise<ProcessUse[]> {
  const rows = await Promise.all(
    (await readdir('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => readProcess(pid).catch(() => undefined)),
  );
  const processes = new Map(rows.filter((row) => row !== undefined).map((row) => [row.pid, row]));
  const isOurs = (pid: number): boolean => {
    const parent = processes.get(pid)?.parent;
    return parent !== undefined && (parent === process.pid || isOurs(parent));
  };
  return [...processes.values()].flatMap((row) => {
    const own = Object.entries(programs).find(([, pattern]) => pattern.test(row.command))?.[0];
    const parent = processes.get(row.parent);
    const isPictures = parent !== undefined && programs.dispatcher.test(parent.command);
    const name = own ?? (isPictures ? 'pictures' : undefined);
    return name !== undefined && isOurs(row.pid) ? [{ ...row, name }] : [];
  });
}

/** @param pid of a process of this machine */
export async function readProcess(pid: string) {
  const [stat, command, memory] = await Promise.all(
    ['stat', 'cmdline', 'smaps_rollup'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8')),
  );
  const fields = (stat ?? '').slice((stat ?? '').lastIndexOf(')') + 2).split(' ');
  const [, parent] = fields;
  const heldKib = /^Pss:\s+(\d+) kB$/m.exec(memory ?? '')?.[1];
  return {
    pid: Number(pid),
    parent: Number(parent),
    command: (command ?? '').replaceAll('\0', ' '),
    cpuMs: (Number(fields[11]) + Number(fields[12])) * tickMs,
    heldBytes: Number(heldKib) * 1_024,
  };
}

const sumBy = (uses: readonly ProcessUse[], read: (use: ProcessUse) => number): Map<string, number> => {
  const sums = new Map<string, number>();
  for (const use of uses) sums.set(use.name, (sums.get(use.name) ?? 0) + read(use));
  return sums;
};

function describeCost(before: readonly ProcessUse[], after: readonly ProcessUse[]): Measurement {
  const start = sumBy(before, ({ cpuMs }) => cpuMs);
  const perTask = [...sumBy(after, ({ cpuMs }) => cpuMs)].map(
    ([name, ms]) => [name, (ms - (start.get(name) ?? 0)) / warmTasks] as const,
  );
  return {
    what: 'warm: processor time of a task, all processes of the platform',
    measured: showMs(perTask.reduce((sum, [, ms]) => sum + ms, 0)),
    limit: perTask.map(([name, ms]) => `${name} ${ms.toFixed(1)}`).join(', '),
    target: '≤ 7 ms',
  };
}

function describeMemory(uses: readonly ProcessUse[], tasks: number): Measurement {
  const toMib = (bytes: number) => Math.round(bytes / 2 ** 20);
  const held = [...sumBy(uses, ({ heldBytes }) => heldBytes)];
  return {
    what: `memory after some ${Math.round(tasks / 100) * 100} pictures, nothing collected, shared pages once`,
    measured: `${toMib(held.reduce((sum, [, bytes]) => sum + bytes, 0))} MiB`,
    limit: held.map(([name, bytes]) => `${name} ${toMib(bytes)}`).join(', '),
    target: '≤ 600 MiB',
  };
}

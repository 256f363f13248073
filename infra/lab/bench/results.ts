import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { noAccess } from '@star-graph/core/comfy/http/access';
import { createComfyHttp } from '@star-graph/core/comfy/http/http';
import { publicAuthorities } from '@star-graph/core/comfy/http/network';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { createFileStorage } from '@star-graph/core/ground/storage/fileStorage';
import { thumbnailKey } from '@star-graph/core/ground/storage/keys';
import { storeOutput } from '@star-graph/core/media/storeOutput';
import { testFileKeys } from '@star-graph/core/testing/fileKeys';
import { createPhotograph } from './photograph.ts';
import { type Measurement, percentile, showMs } from './report.ts';
import { readProcess } from './wholeTasks.ts';

const results = 100;
const warmUps = 15;

/**
 * The pass of one result alone, from the answer of `/view` until it is stored and has its thumbnail: what a dispatcher
 * and its process that reads pictures use for it, beside a picture of 64 pixels. The server that sends it is in the same
 * process, also where it is received and written alone.
 */
export async function measureResults(): Promise<Measurement[]> {
  const directory = await mkdtemp(join(tmpdir(), 'star-graph-results-'));
  try {
    const large = await measureResult(directory, await createPhotograph(1_024, 1));
    const small = await measureResult(directory, await createPhotograph(64, 1));
    return [
      {
        what: `a result of 1024², ${large.megabytes} MB: processor time of a dispatcher more than for a small one`,
        measured: showMs(large.ownMs - small.ownMs),
        limit: `${showMs(large.bareMs - small.bareMs)} to receive and write as much`,
        target: '≤ 3 ms',
      },
      {
        what: 'the same, of the process that reads pictures',
        measured: showMs(large.picturesMs),
        limit: `${showMs(small.picturesMs)} a small one`,
        target: '',
      },
      {
        what: 'the same, from the request until it is stored, one at a time',
        measured: `p50 ${showMs(percentile(large.tookMs, 0.5))}, p95 ${showMs(percentile(large.tookMs, 0.95))}`,
        limit: `p50 ${showMs(percentile(small.tookMs, 0.5))} a small one`,
        target: '',
      },
    ];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

interface Cost {
  megabytes: string;
  ownMs: number;
  bareMs: number;
  picturesMs: number;
  tookMs: number[];
}

async function measureResult(directory: string, picture: Buffer): Promise<Cost> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-length': picture.length }).end(picture);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const network = publicAuthorities;
  const readAccess = async () => noAccess;
  const http = createComfyHttp({ clock: systemClock }, { base, readAccess, network }, () => undefined);
  const fetchPicture = () => http.stream('/view', { maxBytes: 1e9, stallMs: 60_000 });
  const storage = await createFileStorage(
    { clock: systemClock },
    { directory, publicUrl: base, keys: testFileKeys },
  );
  const store = async () => {
    const taskId = randomUUID();
    const { stream } = await fetchPicture();
    const stored = await storeOutput({ storage }, stream, {
      taskId,
      limitBytes: 1e9,
      tempDirectory: join(directory, 'tmp'),
      signal: new AbortController().signal,
      provenance: { platform: 'star-graph', workflow: { name: 'bench', version: 1 }, taskId },
    });
    return { taskId, thumbnail: stored.thumbnail };
  };
  try {
    const stored = await measureCost(store, async ({ taskId, thumbnail }) => {
      const drawn = await thumbnail;
      if (drawn) await storage.put(thumbnailKey(taskId), drawn, { mime: 'image/webp' });
    });
    const bare = await measureCost(async () => {
      const path = join(directory, randomUUID());
      await pipeline((await fetchPicture()).stream, createWriteStream(path));
      return path;
    }, rm);
    return { ...stored, bareMs: bare.ownMs, megabytes: (picture.length / 1e6).toFixed(1) };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** @param after what is not waited for, but counted */
async function measureCost<Made>(
  act: () => Promise<Made>,
  after: (made: Made) => Promise<void>,
): Promise<Pick<Cost, 'ownMs' | 'picturesMs' | 'tookMs'>> {
  const run = async (times: number) => {
    const tookMs: number[] = [];
    const rest: Promise<void>[] = [];
    for (let at = 0; at < times; at++) {
      const startMs = performance.now();
      const made = await act();
      tookMs.push(performance.now() - startMs);
      rest.push(after(made));
    }
    await Promise.all(rest);
    return tookMs;
  };
  await run(warmUps);
  const before = { own: process.cpuUsage(), pictures: await readPicturesMs() };
  const tookMs = await run(results);
  const { user, system } = process.cpuUsage(before.own);
  const picturesMs = (await readPicturesMs()) - before.pictures;
  return { ownMs: (user + system) / 1_000 / results, picturesMs: picturesMs / results, tookMs };
}

/** Of the process that this one has its pictures read by. */
async function readPicturesMs(): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const processes = await Promise.all(pids.map((pid) => readProcess(pid).catch(() => undefined)));
  const isReader = (row: (typeof processes)[number]) =>
    row?.parent === process.pid && row.command.includes('pictureWorker');
  return processes.filter(isReader).reduce((sum, row) => sum + (row?.cpuMs ?? 0), 0);
}

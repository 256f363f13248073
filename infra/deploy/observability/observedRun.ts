import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { ClientProblem } from '@star-graph/client/clientProblem';
import { type Clock, systemClock } from '@star-graph/core/ground/runtime/clock';
import sharp from 'sharp';
import { smallPicture } from '../../lab/bench/load.ts';
import {
  type BenchPerson,
  type BenchPlatform,
  registerPeople,
  startBenchPlatform,
  waitForBackends,
} from '../../lab/bench/platform.ts';
import { createProcessRegistry } from '../../launcher/processes/processRegistry.ts';
import type { LocatedProgram } from '../../launcher/services/requirePrograms.ts';
import { type PrometheusServer, startPrometheus } from './prometheusServer.ts';

interface ObservedConfig {
  programs: Record<'mariadb' | 'redis' | 'prometheus', LocatedProgram>;
  /** The caller removes it. */
  dir: string;
  machine: Readonly<Record<string, string>>;
}

/** The platform at work as processes, and a Prometheus that watches it. */
export interface ObservedRun extends AsyncDisposable {
  prometheus: PrometheusServer;
  platform: BenchPlatform;
  people: readonly BenchPerson[];
}

const backendCount = 3;

export async function startObservedRun(config: ObservedConfig): Promise<ObservedRun> {
  const clock: Clock = systemClock;
  await using parts = new AsyncDisposableStack();
  const platform = parts.adopt(
    await startBenchPlatform(
      { clock },
      {
        ...config,
        backends: {
          count: backendCount,
          args: ['--threads', '1', '--seconds-per-step', '0.1', '--checkpoint-load-seconds', '0.8'],
        },
      },
    ),
    (one) => one.stop(),
  );
  await addStatistics(platform);
  await platform.dispatcher.start();
  await waitForBackends(platform);
  for (const [index, url] of platform.backendUrls.entries())
    await platform
      .database('backends')
      .where({ url })
      .update({ name: `gpu${index + 1}` });
  const registry = createProcessRegistry(join(config.dir, 'prometheus-process'));
  const hostOf = (url: string) => new URL(url).host;
  const prometheus = parts.adopt(
    await startPrometheus(
      { clock, registry },
      {
        command: config.programs.prometheus.files[0] ?? 'prometheus',
        dir: config.dir,
        machine: config.machine,
        targets: { api: [hostOf(platform.apiUrl)], dispatcher: [hostOf(platform.dispatcher.url)] },
      },
    ),
    (one) => one.stop(),
  );
  const people = await registerPeople(platform.apiUrl, 4);
  const started = parts.move();
  return { prometheus, platform, people, [Symbol.asyncDispose]: () => started.disposeAsync() };
}

/** A day of the books: the leader adds up whole hours, and nobody waits for one here. */
async function addStatistics({ database }: BenchPlatform): Promise<void> {
  const dayMs = 24 * 60 * 60 * 1_000;
  const today = new Date(Date.now() - (Date.now() % dayMs));
  const at = new Date(today.getTime() - dayMs);
  const times = { begun: 8, waitSeconds: 40, runSeconds: 80, gpuSeconds: 80 };
  await database('statistics_tasks').insert({
    span: 'day',
    at,
    workflow: 'text2img',
    model: '',
    succeeded: 7,
    failed: 1,
    cancelled: 0,
    cached: 0,
    ...times,
  });
  await database('statistics_credits').insert({ span: 'day', at, kind: 'capture', transfers: 7, amount: 70 });
  await database('statistics_head').where({ id: 1 }).update({ addedTo: today });
}

const models = ['sd_xl_base_1.0.safetensors', 'v1-5-pruned-emaonly-fp16.safetensors'];
const standardVideo = { prompt: 'a short film', frames: 14, videoSteps: 20, format: 'webp' } as const;
const longVideo = { ...standardVideo, frames: 25, videoSteps: 50 };

/** A crowd comes and goes. */
const pauseMs = (elapsedMs: number): number => (elapsedMs % 80_000 < 25_000 ? 250 : 1_400);

/** Each person asks for one thing after the other, of every kind, until the signal aborts. */
export async function work({ people }: ObservedRun, signal: AbortSignal): Promise<void> {
  const picture = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#0369a1' } })
    .png()
    .toBuffer();
  const upload = new Blob([new Uint8Array(picture)], { type: 'image/png' });
  const beganMs = performance.now();
  const ask = async ({ client }: BenchPerson, number: number) => {
    for (let round = number * 5; !signal.aborted; round += 1) {
      const model = models[round % 9 < 6 ? 0 : 1];
      const prompt = round % 11 === 3 ? 'a picture [fault:error]' : 'a picture';
      const params = { ...smallPicture, prompt, model, steps: 2 + (round % 9), seed: randomInt(1e9) };
      const { id } = await client.generate('text2img', params);
      if (round % 9 === 4) await client.cancelTask({ params: { id } }).catch(ignoreProblem);
      if (round % 13 === 5) await client.uploadAsset(upload);
      if (round % 10 === 6)
        await client.generate('text2img', { ...params, model: 'none.safetensors' }).catch(ignoreProblem);
      if (round % 40 === 8) await client.generate('text2video', { ...standardVideo, seed: round });
      if (round % 40 === 12) await client.generate('text2video', { ...longVideo, seed: round });
      await client.listTasks({});
      await systemClock.sleep(pauseMs(performance.now() - beganMs), signal).catch(() => undefined);
    }
  };
  await Promise.all(people.map(ask));
}

/** A refusal is a figure like others. */
function ignoreProblem(error: unknown): void {
  if (!(error instanceof ClientProblem)) throw error;
}

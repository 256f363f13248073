import { pathToFileURL } from 'node:url';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { findBuiltin } from '@star-graph/workflows/builtin';
import { playable } from './playable.ts';
import { type Played, submitInTime, toStretch } from './playJobs.ts';
import type { ProtocolJob } from './protocolCase.ts';
import type { Run } from './simulate.ts';

interface Api {
  waitForReady(): Promise<unknown>;
  appendPrompt(graph: object): Promise<{ prompt_id: string }>;
  /** Undefined until it has ended. */
  getHistory(promptId: string): Promise<object | undefined>;
}

/** What is used of `@saintno/comfyui-sdk`. */
interface Sdk {
  ComfyApi: new (url: string, clientId: undefined, options: { wsTimeout: number }) => Api;
  ComfyPool: new (
    apis: Api[],
  ) => { run<Result>(job: (api: Api, index?: number) => Promise<Result>): Promise<Result>; destroy(): void };
}

const pollMs = 50;
const longestMs = 120_000;
const quietMs = 3_600_000;

/**
 * The case by `ComfyPool`. It has 212 packages below it, so it is no dependency.
 * @param entry the file that it is imported from.
 */
export async function playComfyPool(
  entry: string,
  urls: readonly string[],
  jobs: readonly ProtocolJob[],
): Promise<Run> {
  const sdk = (await import(pathToFileURL(entry).href)) as Sdk;
  const workflow = findBuiltin('text2img');
  if (!workflow) throw new Error('text2img ships');
  // After ten quiet seconds it connects anew under the same id. A server then forgets the new socket with the old one,
  // and the pool takes it for busy for ever.
  const apis = urls.map((url) => new sdk.ComfyApi(url, undefined, { wsTimeout: quietMs }));
  const pool = new sdk.ComfyPool(apis);
  await Promise.all(apis.map((api) => api.waitForReady()));
  const played: Played[] = [];
  const submit = (job: ProtocolJob) =>
    pool.run(async (api, index = 0) => {
      const params = workflow.params.parse({ ...playable(job), prompt: `pool ${job.id}` });
      const graph = workflow.bind(params, { images: {}, outputPrefix: `pool/${job.id}` });
      const givenAtMs = Date.now();
      await runPrompt(api, graph);
      played.push({
        job,
        server: `server-${index}`,
        givenAtMs,
        // It is only given to a server that has nothing else.
        beganAtMs: givenAtMs,
        endedAtMs: Date.now(),
      });
    });
  const beganMs = await submitInTime(jobs, submit);
  pool.destroy();
  return { stretches: played.map((one) => toStretch(one, beganMs)) };
}

/** Its `CallWrapper` missed the ends of some prompts, so the history is asked. */
async function runPrompt(api: Api, graph: object): Promise<void> {
  const { prompt_id: promptId } = await api.appendPrompt(graph);
  for (const startedMs = Date.now(); Date.now() - startedMs < longestMs; ) {
    if (await api.getHistory(promptId)) return;
    await systemClock.sleep(pollMs);
  }
  throw new Error(`prompt ${promptId} did not end`);
}

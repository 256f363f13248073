import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataFolders } from '../files/dataFolders.ts';
import type { SocketHub } from '../hub.ts';
import type { NodeValue } from '../nodes/values.ts';
import type { PromptQueue, QueueItem } from '../promptQueue.ts';
import type { NodeCache } from './nodeCache.ts';
import type { PromptRunner } from './promptRunner.ts';

interface QueueWorkerDeps {
  queue: PromptQueue;
  runner: PromptRunner;
  hub: SocketHub;
  cache: NodeCache;
  folders: DataFolders;
}

export interface QueueWorker {
  /** Interrupts what runs and takes nothing more. */
  stop(): void;
  /** Dies without a word: the server goes on answering, nothing runs any more. */
  die(): void;
  /** Bytes of model files behind the cached results. */
  loadedBytes(): number;
  /** Prompts run since the start, by id, in order; the same id twice ran twice. */
  readonly runs: readonly string[];
}

/** Takes prompts one by one, as ComfyUI's `prompt_worker` thread does. */
export function startQueueWorker(deps: QueueWorkerDeps): QueueWorker {
  const { queue, runner, hub, cache } = deps;
  const runs: string[] = [];
  let isAlive = true;
  let holdsScratch = false;

  const runOne = async (item: QueueItem): Promise<void> => {
    // 0.3.64 looks up the client in `extra_data` and dies when there is none.
    if (item.extraData === null) {
      isAlive = false;
      return;
    }
    runs.push(item.promptId);
    const { result, isSilent } = await runner.run(item);
    if (!isAlive) return;
    queue.finish(item, result);
    const to = item.extraData.client_id ?? null;
    if (to !== null && !isSilent) hub.send('executing', { node: null, prompt_id: item.promptId }, to);
  };

  const loop = async (): Promise<void> => {
    while (isAlive) {
      let item: QueueItem | null;
      try {
        item = await queue.take();
      } catch (error) {
        // Two queued prompts that cannot be ordered kill ComfyUI's worker thread; so here.
        if (!(error instanceof TypeError)) throw error;
        isAlive = false;
        return;
      }
      if (item && isAlive) await runOne(item);
      const { unloadModels, freeMemory } = queue.takeFlags();
      if (freeMemory || unloadModels) {
        if (freeMemory) cache.clear();
      }
      holdsScratch = await sweepScratch(deps, holdsScratch);
    }
  };
  void loop();

  return {
    stop() {
      isAlive = false;
      queue.stop();
      runner.interrupt();
    },
    die() {
      isAlive = false;
      queue.stop();
    },
    loadedBytes: () => countLoaded(cache),
    runs,
  };
}

function countLoaded(cache: NodeCache): number {
  const loaded = new Map<string, number>();
  for (const { outputs } of cache.results()) {
    for (const value of outputs) {
      if (!('file' in value)) continue;
      for (const file of [value.file, ...('also' in value ? (value.also ?? []) : [])]) {
        loaded.set(file.name, file.megabytes);
      }
    }
  }
  return [...loaded.values()].reduce((sum, megabytes) => sum + megabytes, 0) * 1_000_000;
}

/**
 * Removes the scratch files of pictures that no cached result holds any more. Looks only when there were any
 * after the last run (`wasHeld`) or are now; returns whether there are.
 */
async function sweepScratch({ cache, folders }: QueueWorkerDeps, wasHeld: boolean): Promise<boolean> {
  const held = new Set<string>();
  for (const { outputs } of cache.results()) {
    for (const value of outputs) for (const path of scratchPaths(value)) held.add(path);
  }
  if (!wasHeld && held.size === 0) return false;
  const files = (await readdir(folders.scratch)).filter((name) => name.endsWith('.tif'));
  for (const name of files) {
    const path = join(folders.scratch, name);
    if (!held.has(path)) await rm(path, { force: true });
  }
  return held.size > 0;
}

function scratchPaths(value: NodeValue): string[] {
  if (value.type === 'LIST') return value.items.flatMap(scratchPaths);
  const pictures =
    'pictures' in value
      ? value.pictures
      : value.type === 'LATENT'
        ? value.latents.flatMap((latent) => (latent.kind === 'encoded' ? [latent.picture] : []))
        : [];
  return pictures.flatMap(({ pixels }) => (Buffer.isBuffer(pixels) ? [] : [pixels.path]));
}

import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Redis } from '../../ground/redis/createRedis.ts';
import { lostMessages } from '../../ground/redis/lostMessages.ts';
import { liveChannel, progressKey, type StreamName } from '../../ground/redis/redisKeys.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { shareOf } from '../../money/credits/price.ts';
import type { Progress } from './event.ts';
import { presentProgress } from './liveMessage.ts';
import { createPreviewFitter, type PreviewFitter } from './previewFitter.ts';

/** The attempt that progress belongs to, and who may see it. */
export interface ProgressSource {
  taskId: string;
  userId: string;
  apiKeyId: string | null;
  attempt: number;
  /** The task's price, where a cancel costs the share that was computed. */
  chargeable?: number | undefined;
}

export interface ProgressBus {
  /**
   * Sends progress to listeners: at most ten updates and four previews a second for each task, and always the last
   * one, unless the task has ended. Previews are sent only while there is a listener, and never above 64 KB: a larger one is encoded anew, once
   * for all listeners, and follows in an update of its own. Never throws, never waits.
   */
  publish(source: ProgressSource, progress: Progress): void;
  /** Whether a preview may be shown to anybody. */
  readonly hasPreviews: boolean;
  /** The attempt ended and the task waits again: shows 0 %, and afterwards only the task's place. */
  restart(source: ProgressSource): void;
  /** The task has its result, whose event tells more: what waits to be sent is dropped. */
  end(taskId: string): void;
}

/** The same without what a picture looks like while it is made. */
export const withoutPreviews = (bus: ProgressBus): ProgressBus => ({
  ...bus,
  hasPreviews: false,
  publish: (source, { preview: _preview, ...progress }) => bus.publish(source, progress),
});

/** Last known progress, without preview; `attempt` tells whether it is still the current one. */
export type StoredProgress = Omit<Progress, 'preview'> & { attempt: number };

export interface ProgressReader {
  /** Tasks without known progress are absent. Never rejects: without Redis all are absent. */
  findProgress(taskIds: readonly string[]): Promise<Map<string, StoredProgress>>;
}

const updateIntervalMs = 100;
const previewIntervalMs = 250;
const presenceLifeMs = 1_000;
/** Four a second go to every listener; ComfyUI's own have up to 147 KB. */
const previewLimitBytes = 64 * 1024;
/** Renewed by each update; longer than any step takes. */
const progressLifeSeconds = 3_600;

type Preview = NonNullable<Progress['preview']>;

interface Emission {
  attempt: number;
  percent: number;
  /** What was shown last, without preview. */
  shown: Progress;
  fitter: PreviewFitter;
  /** Whether it is not known yet who listens, and the last preview that came before. */
  isAsking: boolean;
  early: Preview | undefined;
  sentAtMs: number;
  previewAtMs: number;
  waiting: { source: ProgressSource; progress: Progress } | undefined;
}

const unsent = {
  percent: 0,
  shown: { percent: 0 },
  isAsking: true,
  early: undefined,
  sentAtMs: Number.NEGATIVE_INFINITY,
  previewAtMs: Number.NEGATIVE_INFINITY,
  waiting: undefined,
};

interface Deps {
  redis: Redis;
  clock: Clock;
  prefix: string;
}

export function createProgressBus(deps: Deps & { log: Pick<Logger, 'warn' | 'debug'> }): ProgressBus {
  const emissions = new LRUCache<string, Emission>({ max: 10_000 });
  const presence = createPresence(deps);

  function send(source: ProgressSource, progress: Progress, emission: Emission): void {
    const nowMs = deps.clock.monotonicMs();
    const { preview, ...rest } = progress;
    emission.percent = Math.max(emission.percent, rest.percent);
    emission.sentAtMs = nowMs;
    const cancelCost = shareOf(source.chargeable ?? 0, emission.percent);
    const data: Progress = {
      ...rest,
      percent: emission.percent,
      ...(cancelCost === 0 ? {} : { cancelCost }),
    };
    emission.shown = data;
    const isDue = nowMs - emission.previewAtMs >= previewIntervalMs;
    if (preview && isDue && presence.isWatched(source)) show(deps, source, preview, emission);
    else {
      if (emission.isAsking) emission.early = preview ?? emission.early;
      write(deps, source, data, data);
    }
  }

  /** Waits for the interval once, then sends the latest. */
  async function sendLater(key: string, emission: Emission): Promise<void> {
    await deps.clock.sleep(emission.sentAtMs + updateIntervalMs - deps.clock.monotonicMs());
    const waiting = emission.waiting;
    emission.waiting = undefined;
    if (waiting && emissions.get(key) === emission) send(waiting.source, waiting.progress, emission);
  }

  function startEmission(source: ProgressSource): Emission {
    const limits = { taskId: source.taskId, limitBytes: previewLimitBytes };
    const fitter = createPreviewFitter(deps, limits, (preview) => {
      // An attempt that ended meanwhile is not shown.
      if (emissions.get(source.taskId) !== emission) return;
      write(deps, source, emission.shown, { ...emission.shown, preview });
    });
    const emission: Emission = { attempt: source.attempt, fitter, ...unsent };
    emissions.set(source.taskId, emission);
    // Asked before the first preview. Quick steps may all be over when the answer comes: their last preview waits for it.
    void presence.ask(source).then(() => {
      const { early } = emission;
      Object.assign(emission, { isAsking: false, early: undefined });
      const isCurrent = emissions.get(source.taskId) === emission;
      if (early && isCurrent && presence.isWatched(source)) show(deps, source, early, emission);
    });
    return emission;
  }

  return {
    hasPreviews: true,
    publish(source, progress) {
      let emission = emissions.get(source.taskId);
      if (!emission || emission.attempt < source.attempt) emission = startEmission(source);
      if (emission.attempt > source.attempt) return;
      // In the queue: the attempt with the same number may have got far before it was lost.
      if (progress.queuePosition !== undefined) emission.percent = 0;
      if (deps.clock.monotonicMs() - emission.sentAtMs >= updateIntervalMs) {
        send(source, progress, emission);
        return;
      }
      const isTimed = emission.waiting !== undefined;
      // A skipped preview is better than none: the next update may come without one.
      const preview = progress.preview ?? emission.waiting?.progress.preview;
      emission.waiting = { source, progress: preview ? { ...progress, preview } : progress };
      if (!isTimed) void sendLater(source.taskId, emission);
    },
    restart(source) {
      emissions.delete(source.taskId);
      write(deps, source, { percent: 0 }, { percent: 0 });
    },
    end: (taskId) => void emissions.delete(taskId),
  };
}

/** Shows a preview together with the progress that was shown last. */
function show(deps: Deps, source: ProgressSource, preview: Preview, emission: Emission): void {
  emission.previewAtMs = deps.clock.monotonicMs();
  emission.early = undefined;
  const { shown } = emission;
  const isSmall = preview.base64.length * 0.75 <= previewLimitBytes;
  write(deps, source, shown, isSmall ? { ...shown, preview } : shown);
  if (!isSmall) emission.fitter.fit(preview);
}

function write(deps: Deps, source: ProgressSource, stored: Progress, shown: Progress): void {
  const { taskId, userId } = source;
  const timestamp = deps.clock.now().toISOString();
  const json = JSON.stringify({ type: 'progress_update', taskId, userId, timestamp, data: shown });
  const message = presentProgress({ taskId, json });
  const record = JSON.stringify({ ...stored, attempt: source.attempt });
  const pipeline = deps.redis.pipeline();
  for (const stream of streamsOf(source)) pipeline.publish(liveChannel(deps.prefix, stream), message);
  pipeline.set(progressKey(deps.prefix, source.taskId), record, 'EX', progressLifeSeconds);
  pipeline.exec().then(
    (results) => {
      if (results?.some(([error]) => error)) lostMessages.inc({ message: 'progress' });
    },
    () => lostMessages.inc({ message: 'progress' }),
  );
}

/** The streams that a task's events belong to. */
export const streamsOf = (task: { userId: string; apiKeyId: string | null }): StreamName[] => [
  { kind: 'user', id: task.userId },
  ...(task.apiKeyId === null ? [] : [{ kind: 'key' as const, id: task.apiKeyId }]),
];

/** Whether any process listens to one of the task's streams; the answer is at most a second old. */
function createPresence(deps: Deps) {
  const known = new LRUCache<string, { watched: boolean; askedAtMs: number }>({ max: 10_000 });
  const channelsOf = (source: ProgressSource) =>
    streamsOf(source).map((stream) => liveChannel(deps.prefix, stream));

  async function ask(source: ProgressSource): Promise<void> {
    const channels = channelsOf(source);
    const key = channels.join(' ');
    const askedAtMs = deps.clock.monotonicMs();
    known.set(key, { watched: known.peek(key)?.watched ?? false, askedAtMs });
    try {
      const counts = (await deps.redis.pubsub('NUMSUB', ...channels)) as (string | number)[];
      known.set(key, { watched: counts.some((count, at) => at % 2 === 1 && Number(count) > 0), askedAtMs });
    } catch {
      lostMessages.inc({ message: 'presence' });
    }
  }

  return {
    ask,
    isWatched(source: ProgressSource): boolean {
      const entry = known.get(channelsOf(source).join(' '));
      if (!entry || deps.clock.monotonicMs() - entry.askedAtMs >= presenceLifeMs) void ask(source);
      return entry?.watched ?? false;
    },
  };
}

const storedProgress = z.object({
  attempt: z.number(),
  percent: z.number(),
  node: z.string().optional(),
  nodeId: z.string().optional(),
  step: z.number().optional(),
  steps: z.number().optional(),
  queuePosition: z.number().optional(),
  etaSeconds: z.number().optional(),
  cancelCost: z.number().optional(),
});

export function createProgressReader(deps: { redis: Redis; prefix: string }): ProgressReader {
  return {
    async findProgress(taskIds) {
      const found = new Map<string, StoredProgress>();
      if (taskIds.length === 0) return found;
      let records: (string | null)[];
      try {
        records = await deps.redis.mget(taskIds.map((taskId) => progressKey(deps.prefix, taskId)));
      } catch {
        lostMessages.inc({ message: 'progress' });
        return found;
      }
      for (const [at, taskId] of taskIds.entries()) {
        const record = records[at];
        const progress = record && readRecord(record);
        if (progress) found.set(taskId, progress);
      }
      return found;
    },
  };
}

/** Undefined for unreadable progress: during an upgrade another version may have written it. */
function readRecord(record: string): StoredProgress | undefined {
  try {
    return storedProgress.parse(JSON.parse(record));
  } catch {
    lostMessages.inc({ message: 'progress' });
    return undefined;
  }
}

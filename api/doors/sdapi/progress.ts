import { listUnfinishedOfKey } from '@star-graph/core/work/tasks/findTasks';
import { z } from 'zod';
import type { ApiMiddleware } from '../../apiContext.ts';
import { cancelTasks } from '../acceptTasks.ts';
import { timestampOf } from './answer.ts';
import { readPreview } from './previews.ts';
import { callerOf, type KeyCaller, type SdapiDeps } from './sdapiDeps.ts';

/** A person has fewer unfinished tasks than this, unless the operator lets them have more. */
const mostTasks = 200;

export const progressQuerySchema = z.looseObject({ skip_current_image: z.string().optional() });

export const showProgress =
  (deps: SdapiDeps): ApiMiddleware =>
  async (ctx) => {
    const { skip_current_image: skip } = progressQuerySchema.parse(ctx.query);
    const unfinished = await listUnfinished(deps, callerOf(ctx));
    const current = unfinished.find(({ status }) => status === 'running') ?? unfinished[0];
    const stored = current && (await deps.progress.findProgress([current.id])).get(current.id);
    const reached = stored?.attempt === current?.attempt ? stored : undefined;
    const isRunning = current?.status === 'running';
    const percent = isRunning && reached?.queuePosition === undefined ? (reached?.percent ?? 0) : 0;
    const wantsImage = isRunning && skip?.toLowerCase() !== 'true';
    ctx.body = {
      progress: percent / 100,
      eta_relative: reached?.etaSeconds ?? 0,
      state: {
        skipped: false,
        interrupted: false,
        stopping_generation: false,
        job: current?.id ?? '',
        job_count: unfinished.length,
        job_no: 0,
        job_timestamp: timestampOf(current?.createdAt ?? deps.clock.now()),
        sampling_step: reached?.step ?? 0,
        sampling_steps: reached?.steps ?? 0,
      },
      current_image: wantsImage ? await readPreview(deps, current.id) : null,
      textinfo: current && !isRunning ? waiting(reached?.queuePosition) : null,
    };
  };

const waiting = (place: number | undefined): string =>
  place === undefined ? 'The task waits for a GPU server.' : `The task waits at place ${place}.`;

/** Of the key, and of the person: a program's key is that of many. */
const listUnfinished = ({ database }: SdapiDeps, { apiKeyId, account }: KeyCaller) =>
  listUnfinishedOfKey(database, { apiKeyId, userId: account.id }, mostTasks);

/** Ends the picture that is being made, or is next, of those that the program asked for. */
export const skip =
  (deps: SdapiDeps): ApiMiddleware =>
  async (ctx) => {
    const caller = callerOf(ctx);
    const unfinished = await listUnfinished(deps, caller);
    const current = unfinished.find(({ status }) => status === 'running') ?? unfinished[0];
    if (current) await cancelTasks(deps, caller, [current.id], { isCharged: true });
    ctx.body = {};
  };

/** Ends what the program of this key asked for. Programs say it for a request that they no longer wait for. */
export const interrupt =
  (deps: SdapiDeps): ApiMiddleware =>
  async (ctx) => {
    const caller = callerOf(ctx);
    const unfinished = await listUnfinished(deps, caller);
    await cancelTasks(
      deps,
      caller,
      unfinished.map(({ id }) => id),
      { isCharged: true },
    );
    ctx.body = {};
  };

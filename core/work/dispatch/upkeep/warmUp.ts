import { randomUUID } from 'node:crypto';
import type { Graph } from '@star-graph/workflows/graph/graph';
import type { Logger } from 'pino';
import type { ComfyClient, ExecutionEvent, Outcome } from '../../../comfy/comfy.ts';
import type { Database } from '../../../ground/db/connect.ts';
import { WarmUp } from '../../../ground/db/models/warmUp.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import type { Catalogue } from '../../../library/catalogue/catalogue.ts';
import type { AttemptLimits, PostPermit } from '../attempt/attempt.ts';
import { removePrompt } from '../attempt/run/removePrompt.ts';
import type { Ownership } from '../lease.ts';
import type { Seen } from './recycle.ts';
import { isWorkWaiting } from './waitingWork.ts';
import { prepareWarmUp } from './warmUpGraph.ts';
import { createWarmUpMoves, type WarmUpMoves } from './warmUpMoves.ts';

interface WarmUpDeps {
  database: Database;
  clock: Clock;
  logger: Logger;
  catalogue: Pick<Catalogue, 'loadWorkflow' | 'backendsFor' | 'locateFiles'>;
  client: ComfyClient;
  permit: PostPermit;
  limits: Pick<AttemptLimits, 'attemptTimeoutMs' | 'inputDirs' | 'removePromptMs'>;
  residency: { noteStarted(promptId: string, models: readonly string[]): unknown };
  left: AbortSignal;
}

interface WarmUps {
  /** Begins or follows the warm-up that was asked for, in the background. Called after each probe. */
  look(seen: Seen): Promise<void>;
  /** The backend was given a task, which comes first. */
  giveWay(): void;
  /** Resolves when nothing is under way any more. Its prompt stays for the next owner if `left` is aborted. */
  ended(): Promise<void>;
}

/** A server that dies of a warm-up is not made to die for ever. */
const mostLost = 3;

/** The abort reason when a task comes. */
class GaveWay extends Error {
  override name = 'GaveWay';
}

export function createWarmUps(deps: WarmUpDeps, owner: string, ownership: Ownership): WarmUps {
  const { backendId } = ownership;
  const moves = createWarmUpMoves(deps, owner, ownership);
  let current: { control: AbortController; ended: Promise<void> } | undefined;

  function begin(run: (signal: AbortSignal) => Promise<void>): void {
    const control = new AbortController();
    const signal = AbortSignal.any([control.signal, deps.left]);
    const ended = run(signal)
      .catch((err: unknown) => {
        if (!signal.aborted)
          deps.logger.warn({ err, backendId }, 'a warm-up broke off; the next look goes on');
      })
      .finally(() => {
        current = undefined;
      });
    current = { control, ended };
  }

  const giveWay = (): void => current?.control.abort(new GaveWay('a task came'));

  async function start(warmUp: WarmUp, signal: AbortSignal): Promise<void> {
    const { workflowName, workflowVersion, params, models } = warmUp;
    const workflow = await deps.catalogue.loadWorkflow(workflowName, workflowVersion);
    if (!workflow) return void (await moves.end(warmUp, 'This dispatcher does not have its workflow.'));
    const promptId = randomUUID();
    const graph = await prepareWarmUp(deps, { workflow, params, backendId }, promptId, signal);
    if (!deps.permit.isYoung() && !(await deps.permit.renew())) return;
    if (!(await moves.post(warmUp, promptId))) return;
    const posted = { ...warmUp, state: 'posted' as const, promptId };
    const prompt = { promptId, graph, models, alreadyPosted: false };
    const followed = follow(deps, prompt, signal);
    // Meanwhile a task may have come, or the lease grown old. Then it is not posted, and seen not to be there.
    if (!signal.aborted && deps.permit.isYoung()) await deps.client.post(promptId, graph);
    else giveWay();
    await settle({ ...deps, moves }, posted, await followed, signal);
  }

  async function goOn(posted: Posted, signal: AbortSignal): Promise<void> {
    const prompt = { ...posted, graph: {}, alreadyPosted: true };
    await settle({ ...deps, moves }, posted, await follow(deps, prompt, signal), signal);
  }

  return {
    async look({ hasAnswered, isStuck }) {
      if (current || !hasAnswered || isStuck) return;
      const warmUp = await WarmUp.query(deps.database).findById(backendId);
      if (!warmUp || current) return;
      const { state, promptId } = warmUp;
      if (state === 'posted' && promptId !== null) begin((signal) => goOn({ ...warmUp, promptId }, signal));
      if (state === 'waiting' && !(await isWorkWaiting(deps, backendId)))
        begin((signal) => start(warmUp, signal));
    },
    giveWay,
    async ended() {
      await current?.ended;
    },
  };
}

/** The columns of a warm-up whose prompt may be on the backend. */
type Posted = Pick<WarmUp, 'requestId' | 'state' | 'models' | 'lost'> & { promptId: string };

/** @returns undefined when a task came, or it took too long. */
async function follow(
  { client, residency, limits }: WarmUpDeps,
  {
    promptId,
    graph,
    models,
    alreadyPosted,
  }: Pick<Posted, 'promptId' | 'models'> & {
    graph: Graph;
    alreadyPosted: boolean;
  },
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  const limit = AbortSignal.timeout(limits.attemptTimeoutMs);
  const onEvent = ({ type }: ExecutionEvent): void => {
    if (type === 'started') residency.noteStarted(promptId, models);
  };
  try {
    const prompt = { promptId, graph, alreadyPosted };
    return await client.follow(prompt, onEvent, AbortSignal.any([signal, limit]));
  } catch (error) {
    if (signal.aborted || limit.aborted) return undefined;
    throw error;
  }
}

/** Writes how it ended. What is not known yet stays `posted`: the next look follows it again. */
async function settle(
  deps: WarmUpDeps & { moves: WarmUpMoves },
  posted: Posted,
  outcome: Outcome | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { moves, left } = deps;
  if (left.aborted || outcome?.kind === 'unreachable') return;
  if (outcome === undefined || outcome.kind === 'stalled') {
    const prompt = { promptId: posted.promptId, isPostSettled: false };
    const removal = await removePrompt(deps, prompt, deps.limits.removePromptMs, left);
    if (removal.kind === 'ran') await moves.end(posted);
    else if (removal.kind === 'released' && signal.reason instanceof GaveWay) await moves.wait(posted);
    else if (removal.kind === 'released') await moves.end(posted, 'It took longer than a task may.');
  } else if (outcome.kind === 'succeeded') await moves.end(posted);
  else if (outcome.kind === 'forgotten' && posted.lost + 1 < mostLost)
    await moves.wait(posted, posted.lost + 1);
  else await moves.end(posted, faultOf(outcome));
}

function faultOf(outcome: Exclude<Outcome, { kind: 'succeeded' | 'unreachable' | 'stalled' }>): string {
  if (outcome.kind === 'failed') return outcome.failure.message;
  if (outcome.kind === 'refused') return outcome.refusal.summary;
  if (outcome.kind === 'interrupted') return 'Somebody interrupted it on the server.';
  return `The server lost it ${mostLost} times: it may die of these models.`;
}

import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import type { ApiContext } from '../../apiContext.ts';
import { runTasks } from '../runTasks.ts';
import { presentImages } from './answer.ts';
import { type ImageRequest, type OpenAiDeps, startRequest } from './startRequest.ts';
import { type EventPrefix, streamImages } from './stream.ts';

/** From a request that was read to its answer: accepts, waits, and presents. */
export async function answerRequest(
  deps: OpenAiDeps,
  ctx: ApiContext,
  caller: PersonCaller,
  request: ImageRequest & { prefix: EventPrefix },
): Promise<void> {
  const { asked, prefix } = request;
  const started = await startRequest(deps, ctx, caller, request);
  if (asked.stream) {
    streamImages(deps, caller, ctx, { ...started, asked, prefix }, deps.keep);
    return;
  }
  const ended = await runTasks(deps, caller, started);
  await started.requireStillValid();
  ctx.body = await presentImages(deps, asked, ended);
}

import { routes } from '@star-graph/contract/routes';
import { Problem } from '@star-graph/core/ground/errors';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { inSpan } from '@star-graph/core/ground/telemetry/spans';
import type { TraceContext } from '@star-graph/core/ground/telemetry/traceContext';
import { authenticate } from '@star-graph/core/people/identity/authenticate';
import { requireSecondFactor } from '@star-graph/core/people/identity/caller';
import { requireKeyUse, requireScope } from '@star-graph/core/people/identity/keyLimits';
import { presentProblem } from '@star-graph/workflows/shared/presentProblem';
import { requestUrn } from '../apiContext.ts';
import type { ApiDeps } from '../apiDeps.ts';
import { originOf } from '../middleware/limitRate.ts';
import { requireCaller } from '../routes/requireCaller.ts';
import { acceptTask, presentAccepted } from '../routes/tasks/acceptTask.ts';
import { cancelOwnTask, readTask } from '../routes/tasks/ownTask.ts';
import { toProblem } from '../transport/toProblem.ts';
import type { StompDeps } from './stompDeps.ts';

/** A route's body is the parameters, with meta among them; in a message they are one level deeper. */
function pointIntoMessage(problem: Problem): Problem {
  const { code, detail, retryAfterSeconds } = problem;
  const errors = problem.errors.map(({ pointer, message }) => ({
    pointer: /^\/meta(\/|$)/.test(pointer) ? pointer : `/params${pointer}`,
    message,
  }));
  return new Problem(code, detail, {
    errors,
    cause: problem.cause,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

/** STOMP clients use the same functions as the routes. */
export const createStompActions = (
  deps: ApiDeps,
): Pick<
  StompDeps,
  'authenticate' | 'countRequest' | 'countRefusal' | 'generate' | 'cancel' | 'presentError'
> => ({
  async authenticate(presented) {
    const caller = await authenticate(deps, presented);
    requireSecondFactor(caller);
    // A connection tells what becomes of tasks.
    requireScope(caller, 'tasks:read');
    return caller;
  },
  async countRequest(caller, address) {
    requireKeyUse(caller, { address, now: deps.clock.now() });
    await deps.rateLimits.countBurst(originOf(caller, address));
    if (caller.kind === 'service') await deps.rateLimits.countAddress(address);
    else await deps.rateLimits.countUser(caller.account.id);
  },
  async countRefusal(address) {
    await deps.rateLimits.countAddress(address);
  },
  async generate(caller, request, rawBody) {
    requireCaller(routes.generate, caller, deps.clock.now());
    const { workflow, params, meta, idempotencyKey } = request;
    if ('meta' in params)
      throw new Problem('invalid-params', 'Send meta beside params, not in it.', {
        errors: [{ pointer: '/params/meta', message: 'There is no such parameter.' }],
      });
    const body = { ...params, ...(meta === undefined ? {} : { meta }) };
    const accept = (span: TraceContext) =>
      acceptTask(deps, caller, { workflowName: workflow, body, idempotencyKey, rawBody, span });
    const accepted = await inSpan({ name: 'SEND generate', kind: 'server' }, accept).catch(
      (error: unknown) => {
        throw error instanceof Problem ? pointIntoMessage(error) : error;
      },
    );
    return presentAccepted(deps, accepted);
  },
  async cancel(caller, { taskId }) {
    requireCaller(routes.cancelTask, caller, deps.clock.now());
    await cancelOwnTask(deps, taskId, caller, true);
    return readTask(deps, taskId, caller.account.id);
  },
  presentError(error) {
    const instance = requestUrn(newId());
    const { code, detail, errors } = toProblem(deps.log.child({ instance }), error);
    return presentProblem({ code, detail, instance, errors });
  },
});

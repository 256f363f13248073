import { createHash } from 'node:crypto';
import type { GenerateBody } from '@star-graph/contract/tasks/generate';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { Problem } from '@star-graph/core/ground/errors';
import { requireNoMaintenance } from '@star-graph/core/ground/settings/maintenance';
import type { TraceContext } from '@star-graph/core/ground/telemetry/traceContext';
import { apiKeyIdOf, keySpendingOf, type PersonCaller } from '@star-graph/core/people/identity/caller';
import { holdsForbidden, type ReadWordRules } from '@star-graph/core/people/safety/wordRules';
import {
  type Accepted,
  type SubmitDeps,
  submitTask,
  type TaskSubmission,
  type TaskTerms,
} from '@star-graph/core/work/tasks/accepting/submitTask';
import { withOutputs } from '@star-graph/core/work/tasks/findTasks';
import type { Workflow } from '@star-graph/workflows';
import { type PointedFault, toPointer } from '@star-graph/workflows/shared/pointer';
import type { ApiDeps } from '../../apiDeps.ts';
import { presentStill, presentTask, type TaskPresenterDeps } from './presentTask.ts';

export type AcceptDeps = SubmitDeps & Pick<ApiDeps, 'acceptances' | 'wordRules'>;

/** A generation request from any client. */
export interface WorkRequest {
  workflowName: string;
  /** A certain one, which an administrator tries. */
  version?: number;
  /** Runs this instead of one of the catalogue: who gives it has checked the params. */
  workflow?: Workflow;
  body: GenerateBody;
  idempotencyKey: string | undefined;
  /** What repeats must match, where they differ in their bytes. */
  bodyHash?: string;
  /** The body unchanged: repeats must match to the byte. */
  rawBody: string | Uint8Array;
  /** Where the request stands in its trace. */
  span: TraceContext;
  /** What a person's key may spend on this day, if that is less than its own limit. */
  creditsPerDay?: number;
  /** What the client lets it cost. */
  mostCredits?: number;
  /** Of the place, where the request may name one. */
  requireTerms?: () => Promise<TaskTerms>;
}

/**
 * Shared by the routes and the STOMP destination. The rules are checked first; a repeat that they refuse now is answered
 * with the task that it made before, which stays accepted.
 * @throws Problem `unavailable` during maintenance, `content-refused`, and everything `requireTerms` and `submitTask` throw.
 */
export async function acceptTask(
  deps: AcceptDeps,
  caller: PersonCaller,
  request: WorkRequest,
): Promise<Accepted> {
  const { meta, ...params } = request.body;
  const { workflowName, version, workflow, idempotencyKey, rawBody, requireTerms, span } = request;
  const asked = version === undefined ? workflowName : `${workflowName}@${version}`;
  const bodyHash =
    request.bodyHash ??
    createHash('sha256')
      .update(`${asked}
`)
      .update(rawBody)
      .digest('hex');
  const { id: userId, role } = caller.account;
  const submission = {
    userId,
    role,
    apiKeyId: apiKeyIdOf(caller),
    ...spendingOf(caller, request.creditsPerDay),
    ...(request.mostCredits === undefined ? {} : { mostCredits: request.mostCredits }),
    workflowName,
    ...(version !== undefined && { version }),
    ...(workflow && { workflow }),
    params,
    meta: meta ?? {},
    span,
    admit: async () => {
      requireNoMaintenance(await deps.settings.read(), caller.account);
      await requireWords(deps, params);
      return (await requireTerms?.()) ?? {};
    },
    ...(idempotencyKey === undefined ? {} : { idempotency: { key: idempotencyKey, bodyHash } }),
  };
  // A person's acceptances wait for each other at their balance anyway.
  return deps.acceptances.take(userId, () => submitTask(deps, submission));
}

const spendingOf = (caller: PersonCaller, limit: number | undefined): Pick<TaskSubmission, 'keySpending'> => {
  const keySpending = keySpendingOf(caller, limit);
  return keySpending ? { keySpending } : {};
};

/** A task that was just accepted has no outputs, unless it was answered from the cache or is an older twin's. */
export async function presentAccepted(
  deps: TaskPresenterDeps & Pick<ApiDeps, 'database'>,
  { task, replayed }: Accepted,
): Promise<TaskView> {
  if (!replayed && task.status === 'queued') return presentStill(deps, { task, outputs: [] });
  const [found] = await withOutputs(deps.database, [task]);
  return presentTask(deps, found ?? { task, outputs: [] });
}

/**
 * Checks a text against the operator's word rules, which apply to every person and client.
 * @throws Problem `content-refused` that names the parameters.
 */
export async function requireWords(
  deps: { wordRules: ReadWordRules },
  params: Readonly<Record<string, unknown>>,
): Promise<void> {
  const rules = await deps.wordRules();
  const errors = Object.entries(params).flatMap(([name, value]): PointedFault[] =>
    typeof value === 'string' && holdsForbidden(rules, value)
      ? [{ pointer: toPointer(name), message: 'It holds words that are not allowed.' }]
      : [],
  );
  if (errors.length > 0)
    throw new Problem(
      'content-refused',
      'The request holds words that are not allowed on this platform. Change it and try again.',
      { errors },
    );
}

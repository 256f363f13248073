import { createHash } from 'node:crypto';
import { deleteAsset, requireAsset } from '@star-graph/core/assets/assets';
import { Problem } from '@star-graph/core/errors';
import { readSharedRest, type SharedAllowance, wouldPay } from '@star-graph/core/guilds/sharedAllowance';
import { apiKeyIdOf, type PersonCaller } from '@star-graph/core/identity/caller';
import { cancelTask } from '@star-graph/core/tasks/cancelTask';
import { listTasks, requireTaskWithOutputs, withOutputs } from '@star-graph/core/tasks/findTasks';
import { publishTask } from '@star-graph/core/tasks/publishTask';
import { estimateWait } from '@star-graph/core/tasks/queueState';
import { quoteTask } from '@star-graph/core/tasks/quoteTask';
import { type Accepted, submitTask, type TaskTerms } from '@star-graph/core/tasks/submitTask';
import type { ApiContext } from '../apiContext.ts';
import type { ApiDeps } from '../apiDeps.ts';
import { type GenerateBody, idempotencyKeySchema, type QuoteView } from '../contract/generate.ts';
import type { TaskView } from '../contract/tasks.ts';
import { presentAsset } from '../presenters/presentAsset.ts';
import { presentTask, presentTasks } from '../presenters/presentTask.ts';
import type { Handlers } from './handler.ts';
import { pageById } from './pages.ts';
import { requirePlaceTerms } from './placeTerms.ts';
import { receiveAsset } from './receiveAsset.ts';
import { requireWords } from './requireWords.ts';

type WorkOperation =
  | 'generate'
  | 'quote'
  | 'listTasks'
  | 'getTask'
  | 'patchTask'
  | 'cancelTask'
  | 'uploadAsset'
  | 'getAsset'
  | 'deleteAsset'
  | 'getAssetUrl';

export const createWorkHandlers = (deps: ApiDeps): Handlers<WorkOperation> => ({
  async generate({ params, body, caller, ctx }) {
    const accepted = await acceptTask(deps, caller, {
      workflowName: params.workflow,
      body,
      idempotencyKey: parseIdempotencyKey(ctx),
      rawBody: ctx.request.rawBody ?? '',
      requireTerms: () => requirePlaceTerms(deps, caller, ctx),
    });
    const view = await presentAccepted(deps, accepted);
    ctx.set('Location', `${deps.publicUrl}/api/v1/tasks/${view.id}`);
    return view;
  },
  async quote({ params, body, caller, ctx }) {
    const { meta: _meta, ...values } = body;
    const { pricePercent, sharedAllowance } = await requirePlaceTerms(deps, caller, ctx);
    const quoted = await quoteTask(deps, {
      userId: caller.account.id,
      workflowName: params.workflow,
      params: values,
      pricePercent,
    });
    const [queue, pool] = await Promise.all([deps.queue.readQueue(), deps.queue.readPool()]);
    const { cost, lane } = quoted;
    return {
      cost,
      lane,
      ...estimateWait(queue, pool, quoted),
      ...(await quoteShare(deps, caller, sharedAllowance, cost)),
    };
  },
  listTasks({ query, caller }) {
    const { status, type, from, to } = query;
    const filter = {
      userId: caller.account.id,
      ...(status === undefined ? {} : { status }),
      ...(type === undefined ? {} : { type }),
      ...(from === undefined ? {} : { from: new Date(from) }),
      ...(to === undefined ? {} : { to: new Date(to) }),
    };
    return pageById(query, {
      list: (page) => listTasks(deps.database, filter, page),
      idOf: ({ task }) => task.id,
      present: (found) => presentTasks(deps, found),
    });
  },
  getTask: ({ params, caller }) => readTask(deps, params.id, caller.account.id),
  async patchTask({ params, caller }) {
    await publishTask(deps.database, params.id, caller.account.id);
    return readTask(deps, params.id, caller.account.id);
  },
  async cancelTask({ params, query, caller }) {
    if (query.refund !== undefined && caller.kind !== 'delegate')
      throw new Problem('forbidden', 'Only a service key may waive the share that was computed.');
    await cancelOwnTask(deps, params.id, caller, query.refund === undefined);
    return readTask(deps, params.id, caller.account.id);
  },
  async uploadAsset({ caller, ctx }) {
    const leavePlace = deps.takeUploadPlace(caller.account.id);
    try {
      const asset = await receiveAsset(deps, caller.account.id, ctx);
      ctx.set('Location', `${deps.publicUrl}/api/v1/assets/${asset.id}`);
      return await presentAsset(deps.storage, asset);
    } finally {
      leavePlace();
    }
  },
  async getAsset({ params, caller }) {
    return presentAsset(deps.storage, await requireAsset(deps.database, params.id, caller.account.id));
  },
  async deleteAsset({ params, caller }) {
    await deleteAsset(deps, params.id, caller.account.id);
    return undefined;
  },
  async getAssetUrl({ params, query, caller }) {
    const asset = await requireAsset(deps.database, params.id, caller.account.id);
    const ttlSeconds = query.ttlHours * 3_600;
    const expiresAt = new Date(deps.clock.now().getTime() + ttlSeconds * 1_000);
    const url = await deps.storage.signedUrl(asset.storageKey, { ttlSeconds, mime: asset.mime });
    return { url, expiresAt: expiresAt.toISOString() };
  },
});

/** What the person may use of a server's shared credits, and whether they would pay. */
async function quoteShare(
  { database, clock }: ApiDeps,
  caller: PersonCaller,
  allowance: SharedAllowance | undefined,
  cost: number,
): Promise<Pick<QuoteView, 'sharedCredits'>> {
  if (!allowance) return {};
  const rest = await readSharedRest(database, caller.account.id, allowance, clock.now());
  const { creditsPerDay: perDay, left, available } = rest;
  return { sharedCredits: { perDay, left, available, pays: wouldPay(rest, cost) } };
}

/** A request for work, from whichever door. */
export interface WorkRequest {
  workflowName: string;
  body: GenerateBody;
  idempotencyKey: string | undefined;
  /** As it came: twins have to be the same to the byte. */
  rawBody: string | Uint8Array;
  /** Of the place, where the request may name one. */
  requireTerms?: () => Promise<TaskTerms>;
}

/**
 * What the routes and the STOMP destination share. A repeat under its key is answered before any rule is looked at.
 * @throws Problem `content-refused`, and everything `requireTerms` and `submitTask` throw.
 */
export async function acceptTask(
  deps: ApiDeps,
  caller: PersonCaller,
  request: WorkRequest,
): Promise<Accepted> {
  const { meta, ...params } = request.body;
  const { workflowName, idempotencyKey, rawBody, requireTerms } = request;
  const bodyHash = createHash('sha256').update(`${workflowName}\n`).update(rawBody).digest('hex');
  const userId = caller.account.id;
  const submission = {
    userId,
    apiKeyId: apiKeyIdOf(caller),
    workflowName,
    params,
    meta: meta ?? {},
    admit: async () => {
      await requireWords(deps, params);
      return (await requireTerms?.()) ?? {};
    },
    ...(idempotencyKey === undefined ? {} : { idempotency: { key: idempotencyKey, bodyHash } }),
  };
  // A person's acceptances wait for each other at their balance anyway.
  return deps.acceptances.take(userId, () => submitTask(deps, submission));
}

/** What the routes and the STOMP destination share. @throws Problem everything `cancelTask` throws. */
export const cancelOwnTask = (
  deps: ApiDeps,
  taskId: string,
  caller: PersonCaller,
  isCharged: boolean,
): Promise<void> =>
  cancelTask(deps, taskId, caller.account.id, isCharged && deps.chargesCancel ? deps.progress : undefined);

/** A task that was just accepted has no outputs, unless it was answered from the cache or is an older twin's. */
export async function presentAccepted(deps: ApiDeps, { task }: Accepted): Promise<TaskView> {
  const [found] = await withOutputs(deps.database, [task]);
  return presentTask(deps, found ?? { task, outputs: [] });
}

export async function readTask(deps: ApiDeps, taskId: string, userId: string): Promise<TaskView> {
  return presentTask(deps, await requireTaskWithOutputs(deps.database, taskId, userId));
}

function parseIdempotencyKey(ctx: ApiContext): string | undefined {
  const header = ctx.get('idempotency-key');
  if (header === '') return undefined;
  const parsed = idempotencyKeySchema.safeParse(header);
  if (parsed.success) return parsed.data;
  throw new Problem(
    'invalid-params',
    'The Idempotency-Key has to be 1 to 64 printable ASCII characters without spaces.',
  );
}

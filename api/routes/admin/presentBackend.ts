import type { BackendView } from '@star-graph/contract/admin/backends';
import { splitBackendUrl } from '@star-graph/core/comfy/http/credentials';
import type { BackendWithSlots } from '@star-graph/core/desk/pool/backends';
import type { Backend } from '@star-graph/core/ground/db/models/backend';
import type { WarmUp } from '@star-graph/core/ground/db/models/warmUp';
import type { QueuedPlace } from '@star-graph/core/work/dispatch/leader/plannedQueue';
import { presentReason } from './presentQueue.ts';

/**
 * @param next the task of the queue that it gets next, as far as that is planned.
 * @param now an expired lease owns nothing, even if it names a dispatcher.
 * @param files loaded, and of its warm-up, as the server names them.
 */
export function presentBackend(
  { backend, slots, marks, warmUp }: BackendWithSlots,
  next: QueuedPlace | undefined,
  now: Date,
  files: { residency: string[]; warmUp: string[] },
): BackendView {
  const { id, name, weight, labels, enabled, draining, state, owner, leaseUntil, facts } = backend;
  // Until a dispatcher of this release has started, rows of earlier ones may have a password there.
  const { url, credentials } = splitBackendUrl(backend.url);
  const owned = owner !== null && leaseUntil !== null && leaseUntil > now;
  const reason = reasonOf(backend, owned);
  return {
    id,
    url,
    name,
    weight,
    labels,
    enabled,
    draining,
    state,
    ...(reason === undefined ? {} : { reason }),
    credentials: backend.credentialsKind ?? credentials?.kind ?? 'none',
    owned,
    ...(backend.discoveredBy === null ? {} : { discoveredBy: backend.discoveredBy }),
    ...(facts === null
      ? {}
      : {
          comfyVersion: facts.comfyVersion,
          deviceName: facts.deviceName,
          vramTotalBytes: facts.vramTotalBytes,
          vramFreeBytes: facts.vramFreeBytes,
          foreignPrompts: facts.foreignPrompts ?? 0,
        }),
    residency: files.residency,
    ...presentRecycle(backend),
    ...(warmUp === undefined ? {} : { warmUp: presentWarmUp({ ...warmUp, models: files.warmUp }) }),
    unfitModels: marks.map(({ models, reason, taskId, createdAt, untilAt }) => ({
      models: models.map(({ folder, name }) => `${folder}/${name}`),
      reason,
      taskId,
      since: createdAt.toISOString(),
      until: untilAt.toISOString(),
    })),
    tasks: slots.map(({ taskId, attempt, slot, state, startedAt, recalledAt }) => ({
      id: taskId,
      attempt,
      slot,
      state,
      ...(startedAt === null ? {} : { startedAt: startedAt.toISOString() }),
      recalled: recalledAt !== null,
    })),
    ...(next?.rule === undefined
      ? {}
      : {
          next: { taskId: next.task.id, etaSeconds: next.etaSeconds, reason: presentReason(next.rule) },
        }),
    ...(backend.seenAt === null ? {} : { seenAt: backend.seenAt.toISOString() }),
    createdAt: backend.createdAt.toISOString(),
  };
}

type ShownWarmUp = Pick<WarmUp, 'state' | 'workflowName' | 'models' | 'since' | 'fault'>;

const presentWarmUp = ({ state, workflowName, models, since, fault }: ShownWarmUp) => ({
  state,
  workflow: workflowName,
  models,
  since: since.toISOString(),
  ...(fault === null ? {} : { fault }),
});

function presentRecycle(backend: Backend): Pick<BackendView, 'recycle' | 'freshSince'> {
  const { recycleState: state, recycleReason: reason, recycleSince: since, recycleFault: fault } = backend;
  const { freshSince } = backend;
  return {
    ...(reason === null || since === null
      ? {}
      : {
          recycle: {
            ...(state === null ? {} : { state }),
            reason,
            since: since.toISOString(),
            ...(fault === null ? {} : { fault }),
          },
        }),
    ...(freshSince === null ? {} : { freshSince: freshSince.toISOString() }),
  };
}

const recycleSentences: Readonly<Record<NonNullable<Backend['recycleState']>, string>> = {
  draining: 'It is being recycled: it finishes what it has, its own tasks and prompts of other programs.',
  freeing: 'It is being recycled: it drops its models.',
  restarting:
    'It is being recycled: the restart hook was called, and it gets tasks again as soon as it answers.',
};

/** Without a dispatcher the state is outdated, and so is its reason. */
function reasonOf({ state, stateReason, recycleState }: Backend, owned: boolean): string | undefined {
  if (!owned) return 'No dispatcher works for it now. Start one; one that runs takes it within some seconds.';
  if (recycleState !== null) return recycleSentences[recycleState];
  if (stateReason !== null) return stateReason;
  if (state === 'unknown') return 'Its dispatcher is looking at it for the first time.';
  return state === 'up' ? undefined : 'Its dispatcher is of an earlier release: its log has the reason.';
}

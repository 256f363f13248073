import type { PlanReasonView, QueuedTaskView, QueueShareView } from '@star-graph/contract/admin/queue';
import type { QueuedPlace, QueueShare } from '@star-graph/core/work/dispatch/leader/plannedQueue';
import type { PlannedPlace } from '@star-graph/core/work/dispatch/leader/publishedPlan';
import { longestWaitMs } from '@star-graph/core/work/dispatch/planner/fairShare';

const sentences = {
  'moved-to-front': 'An administrator moved it to the front of the queue.',
  'waited-too-long': `It has been the first in its person’s line for ${longestWaitMs / 60_000} minutes, so it comes before all others.`,
  'models-loaded':
    'The server has its models loaded, and its person got the least GPU time of those who want these models.',
  'models-wanted':
    'Of the models that people who come first want, its models are wanted most for the number of servers that have them.',
  'others-decline': 'The people who come first would all have their results sooner on other servers.',
  'done-soonest': 'No server would choose it now; this one would be done with it first.',
} satisfies Record<PlanReasonView['code'], string>;

export const presentReason = (code: NonNullable<PlannedPlace['rule']>): PlanReasonView => ({
  code,
  sentence: sentences[code],
});

export const presentQueuedTask = ({
  task: { id, userId, lane, workflowName, createdAtMs, movedAtMs },
  queuePosition,
  etaSeconds,
  backendId,
  rule,
}: QueuedPlace): QueuedTaskView => ({
  id,
  userId,
  lane,
  workflow: workflowName,
  queuePosition,
  etaSeconds,
  backendId,
  ...(rule === undefined ? {} : { reason: presentReason(rule) }),
  createdAt: new Date(createdAtMs).toISOString(),
  ...(movedAtMs === undefined ? {} : { movedAt: new Date(movedAtMs).toISOString() }),
});

export const presentShare = (
  share: QueueShare,
  names: ReadonlyMap<string, string | null>,
): QueueShareView => ({ ...share, username: names.get(share.userId) ?? null });

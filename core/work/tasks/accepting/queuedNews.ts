import { lanes, type WorkflowParams } from '@star-graph/workflows';
import { z } from 'zod';
import type { Task } from '../../../ground/db/models/task.ts';

/** What a plan needs to know of a task that was just accepted; the rest is read with its assignment. */
export type NewlyQueued = Pick<
  Task,
  | 'id'
  | 'userId'
  | 'apiKeyId'
  | 'lane'
  | 'workflowName'
  | 'workflowVersion'
  | 'params'
  | 'workUnits'
  | 'estimateSeconds'
  | 'createdAt'
  | 'attempt'
  | 'notBefore'
>;

/** A longer one is read by the leader instead of going to every process that hears wake-ups. */
const longestNews = 8_000;

const newsSchema = z
  .object({
    id: z.string(),
    userId: z.string(),
    apiKeyId: z.string().nullable(),
    lane: z.enum(lanes),
    workflowName: z.string(),
    workflowVersion: z.number(),
    params: z.record(z.string(), z.unknown()),
    workUnits: z.number(),
    estimateSeconds: z.number(),
    createdAtMs: z.number(),
  })
  .transform(
    ({ createdAtMs, params, ...facts }): NewlyQueued => ({
      ...facts,
      params: params as WorkflowParams,
      createdAt: new Date(createdAtMs),
      attempt: 0,
      notBefore: null,
    }),
  );

/** For the wake-up of the leader. @returns undefined where it would be too long */
export function presentQueued(task: Task): z.input<typeof newsSchema> | undefined {
  const { id, userId, apiKeyId, lane, workflowName, workflowVersion, params, workUnits, estimateSeconds } =
    task;
  const size = JSON.stringify(params).length;
  if (size > longestNews) return undefined;
  const workflow = { workflowName, workflowVersion, params };
  return {
    id,
    userId,
    apiKeyId,
    lane,
    ...workflow,
    workUnits,
    estimateSeconds,
    createdAtMs: task.createdAt.getTime(),
  };
}

/** @returns undefined for what is not such news: the leader reads the queue then */
export const parseQueued = (news: unknown): NewlyQueued | undefined => newsSchema.safeParse(news).data;

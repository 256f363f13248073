import { z } from 'zod';
import { workflowNameSchema } from '../fields.ts';

const most = 1_000_000;

const limit = (description: string) => z.int().min(1).max(most).nullable().meta({ description });

/** What somebody may have and use; null is what the level below says. */
export const countedQuotas = {
  openTasks: limit('Unfinished tasks; null: as the level below says, at last OPEN_TASKS_PER_USER'),
  simultaneousTasks: limit(
    'How many of them are on GPU servers at once, running or next there; the others wait. null: as the level below says, at last no limit',
  ),
};

export const dailyQuotas = {
  tasksPerDay: limit(
    'Tasks accepted on one day, in UTC; counted while there is a limit. null: as the level below says, at last TASKS_PER_DAY',
  ),
  gpuSecondsPerDay: limit(
    'After so many GPU-seconds of a day, measured, no further task of that day is accepted. null: as the level below says, at last GPU_SECONDS_PER_DAY',
  ),
  workflows: z
    .array(workflowNameSchema)
    .max(200)
    .nullable()
    .meta({ description: 'Workflows that may be used; null: as the level below says, at last all' }),
  models: z
    .array(
      z
        .string()
        .regex(/^[^/]+\/.+$/, { error: 'Give a file as folder/name.' })
        .max(300),
    )
    .max(1_000)
    .nullable()
    .meta({
      description:
        'Model files that may be used, as folder/name: of a folder that is named here, those alone; of other folders all. null: as the level below says, at last all',
    }),
};

import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { sampleTask } from './sampleTask.ts';

/** A task that runs, in its first attempt. */
export const sampleRun = (change: Partial<TaskView> = {}): TaskView => {
  const { charged: _paid, ...task } = sampleTask({
    status: 'running',
    params: { prompt: 'a fox' },
    cost: 20,
    progress: { percent: 40 },
    outputs: [],
  });
  return { ...task, ...change };
};

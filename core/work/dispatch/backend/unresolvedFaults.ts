import type { Database } from '../../../ground/db/connect.ts';
import { Task, terminalStatuses } from '../../../ground/db/models/task.ts';

/** Tasks that failed on one backend, perhaps by their own fault, perhaps by the backend's. */
export interface UnresolvedFaults {
  add(taskId: string): void;
  /** Forgets the tasks that ended. @returns the users of those that succeeded on another backend. */
  settle(): Promise<string[]>;
}

/** Read from the database, since the other backend may belong to another dispatcher. */
export function createUnresolvedFaults(
  { database }: { database: Database },
  backendId: string,
): UnresolvedFaults {
  const open = new Set<string>();
  return {
    add(taskId) {
      open.add(taskId);
    },
    async settle() {
      if (open.size === 0) return [];
      const ended = await Task.query(database)
        .join('attempts', (on) =>
          on.on('attempts.taskId', 'tasks.id').andOn('attempts.attempt', 'tasks.attempt'),
        )
        .whereIn('tasks.id', [...open])
        .whereIn('tasks.status', terminalStatuses)
        .select('tasks.id', 'tasks.userId', 'tasks.status', 'attempts.backendId')
        .castTo<{ id: string; userId: string; status: string; backendId: string }[]>();
      for (const { id } of ended) open.delete(id);
      return ended.flatMap((task) =>
        task.status === 'succeeded' && task.backendId !== backendId ? task.userId : [],
      );
    },
  };
}

import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { pressPaid } from '@star-graph/ui/paid/pressPaid';
import { useEffect, useRef, useState } from 'preact/hooks';
import { liveTasks, putTask } from '../../../data/live.ts';
import { filmEditName } from '../../../data/ownGraph.ts';
import { usePost } from '../../../data/usePost.ts';
import { useResource } from '../../../data/useResource.ts';
import { api } from '../../../session/session.ts';
import { cancelTask } from '../../create/results/cancelTask.ts';

type Edit = Record<string, unknown>;

interface Asked {
  edit: string;
  key: string;
}

/** Asks for edits, one at a time, and follows the last one. */
export function useFilmEdit() {
  const [taskId, setTaskId] = useState<string>();
  const lost = useRef<Asked>(undefined);
  const onDone = useRef<(task: TaskView) => void>(undefined);
  const { post, isBusy, error } = usePost(async (edit: Edit, then?: (task: TaskView) => void) => {
    const text = JSON.stringify(edit);
    // The answer to the same request may have been lost: then it is sent again, not made twice.
    if (lost.current?.edit !== text) lost.current = { edit: text, key: crypto.randomUUID() };
    const { key } = lost.current;
    await pressPaid({
      operation: filmEditName,
      values: edit,
      findCost: async () => (await api.quote(filmEditName, edit)).cost,
      make: async () => {
        const task = await api.generate(filmEditName, edit, { idempotencyKey: key });
        lost.current = undefined;
        onDone.current = then;
        putTask(task);
        setTaskId(task.id);
        return { undo: () => cancelTask(task) };
      },
    });
  });
  const task = taskId === undefined ? undefined : liveTasks.value.get(taskId)?.task;
  const hasSucceeded = task?.status === 'succeeded';
  useEffect(() => {
    if (!hasSucceeded || !task) return;
    onDone.current?.(task);
    onDone.current = undefined;
  }, [hasSucceeded, taskId]);
  const isWorking = task !== undefined && task.finishedAt === undefined;
  return { make: post, isBusy: isBusy || isWorking, error, task };
}

/** What an edit would cost, asked for when it has rested for a moment. */
export function usePrice(edit: Edit) {
  const text = JSON.stringify(edit);
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), 300);
    return () => clearTimeout(timer);
  }, [text]);
  return useResource((signal) => api.quote(filmEditName, JSON.parse(rested) as Edit, { signal }), [rested]);
}

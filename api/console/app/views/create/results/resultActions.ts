import type { AssetView } from '../../../../../contract/assets/assets.ts';
import type { TaskView } from '../../../../../contract/tasks/tasks.ts';
import { showToast } from '../../../../../ui/overlays/toasts.tsx';
import { liveTasks, putTask } from '../../../live/live.ts';
import { describeProblem } from '../../../problems/problemText.ts';
import { api } from '../../../session/session.ts';
import { assetParamsOf } from '../workflows/groupWorkflows.ts';
import { changeListed } from './taskList.ts';

const say = (error: unknown): void => {
  showToast({ tone: 'bad', text: describeProblem(error) });
};

/** Shown at once, and taken back if it is refused. */
export async function setFavourite(task: TaskView, output: AssetView, favourite: boolean): Promise<void> {
  showFavourite(task, output.id, favourite);
  try {
    const params = { id: output.id };
    await (favourite ? api.keepFavourite({ params }) : api.dropFavourite({ params }));
  } catch (error) {
    showFavourite(task, output.id, !favourite);
    say(error);
  }
}

function showFavourite({ id }: TaskView, assetId: string, favourite: boolean): void {
  const change = (task: TaskView): TaskView => ({
    ...task,
    outputs: task.outputs.map((one) => (one.id === assetId ? { ...one, favourite } : one)),
  });
  const live = liveTasks.value.get(id);
  if (live) putTask(change(live.task));
  changeListed(id, change);
}

/** What it cost stands on the card afterwards. A task that has ended meanwhile stays as it ended. */
export async function cancelTask({ id }: TaskView): Promise<void> {
  try {
    putTask(await api.cancelTask({ params: { id } }));
  } catch (error) {
    say(error);
  }
}

/** The picture that a task started from. */
export function inputOf(
  { params }: TaskView,
  form: { params: Record<string, unknown> } | undefined,
): string | undefined {
  const names = form ? assetParamsOf(form).map(({ param }) => param) : ['image', 'video'];
  const found = names.map((name) => params[name]).find((value) => typeof value === 'string');
  return typeof found === 'string' ? found : undefined;
}

const extensions: Readonly<Record<string, string>> = {
  ...{ 'image/png': 'png', 'image/jpeg': 'jpg', 'image/webp': 'webp', 'image/gif': 'gif' },
  ...{ 'image/avif': 'avif', 'video/mp4': 'mp4', 'video/webm': 'webm' },
};

/** A name that says what it is: its first words, and what tells it from others. */
export function fileNameOf(
  { params }: Pick<TaskView, 'params'>,
  { id, mime }: Pick<AssetView, 'id' | 'mime'>,
): string {
  const words = String(params.prompt ?? 'star-graph')
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '')
    .toLowerCase();
  const start = [...words].slice(0, 40).join('') || 'star-graph';
  return `${start}-${id.slice(-6)}.${extensions[mime] ?? 'bin'}`;
}

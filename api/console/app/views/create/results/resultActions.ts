import { ClientProblem } from '@star-graph/client/clientProblem';
import type { AssetView } from '@star-graph/contract/assets/assets';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { isSeen } from '@star-graph/workflows/shared/mediaKinds';
import { liveTasks, putTask } from '../../../data/live.ts';
import { describeProblem } from '../../../data/problemText.ts';
import { api } from '../../../session/session.ts';
import { assetParamsOf } from '../workflows/groupWorkflows.ts';
import { fileNameOf } from './fileName.ts';
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

const showFavourite = ({ id }: TaskView, assetId: string, favourite: boolean): void =>
  changeOutputs(id, (outputs) => outputs.map((one) => (one.id === assetId ? { ...one, favourite } : one)));

function changeOutputs(taskId: string, change: (outputs: AssetView[]) => AssetView[]): void {
  const changeTask = (task: TaskView): TaskView => ({ ...task, outputs: change(task.outputs) });
  const live = liveTasks.value.get(taskId);
  if (live) putTask(changeTask(live.task));
  changeListed(taskId, changeTask);
}

/** Its address went out of date, or it was deleted elsewhere. */
export async function renewResult(task: TaskView, { id }: AssetView): Promise<void> {
  try {
    const fresh = await api.getAsset({ params: { id } });
    changeOutputs(task.id, (outputs) => outputs.map((one) => (one.id === id ? fresh : one)));
  } catch (error) {
    // Without an answer the card says that it cannot be shown.
    if (!(error instanceof ClientProblem) || error.code !== 'not-found') return;
    changeOutputs(task.id, (outputs) => outputs.filter((one) => one.id !== id));
  }
}

/** Saves it under a name that says what it is. A storage of another origin shows it instead, in a window of its own. */
export async function saveResult(task: TaskView, output: AssetView): Promise<void> {
  try {
    const { url } = await api.getAsset({ params: { id: output.id } });
    const link = document.createElement('a');
    Object.assign(link, { href: url, download: fileNameOf(task, output), rel: 'noopener' });
    if (new URL(url).origin !== location.origin) link.target = '_blank';
    link.click();
  } catch (error) {
    say(error);
  }
}

/** The picture that a task started from. */
export function inputOf(
  { params }: TaskView,
  form: { params: Record<string, unknown> } | undefined,
): string | undefined {
  const names = form
    ? assetParamsOf(form).flatMap(({ param, media }) => (isSeen(media) ? [param] : []))
    : ['image', 'video'];
  const found = names.map((name) => params[name]).find((value) => typeof value === 'string');
  return typeof found === 'string' ? found : undefined;
}

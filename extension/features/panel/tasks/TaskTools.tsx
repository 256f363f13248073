import { isOpen, type TaskView } from '@star-graph/contract/tasks/tasks';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { Brush, Columns2, Dices, Download, RotateCcw, Trash2, Wand } from 'lucide';
import { useState } from 'preact/hooks';
import { translate } from '../../../i18n/translate.ts';
import { background, problemOf } from '../../messaging/rpcClient.ts';
import { translateProblem } from '../../runs/translateProblem.ts';
import { CompareResult, findBefore } from './CompareResult.tsx';

interface TaskToolsProps {
  task: TaskView;
  /** Shows what is done before the server says so. */
  onOutputs(outputs: TaskView['outputs']): void;
}

/** What can be done with a task: cancelled while it is open; after that saved, compared, made again, deleted. */
export function TaskTools({ task, onOutputs }: TaskToolsProps) {
  const [isComparing, setComparing] = useState(false);
  const [output] = task.outputs;
  if (isOpen(task.status))
    return (
      <div class="task-tools shown">
        <Button size="small" onClick={() => act(() => background.cancelTask(task.id))}>
          {translate('cancel')}
        </Button>
      </div>
    );
  const tool = (icon: typeof Wand, key: Parameters<typeof translate>[0], onClick: () => void) => (
    <IconButton icon={icon} size="small" label={translate(key)} onClick={onClick} />
  );
  return (
    <div class="task-tools">
      {output && tool(Download, 'save', () => act(() => saveOutputs(task)))}
      {findBefore(task) && tool(Columns2, 'compare', () => setComparing(true))}
      {output?.mime.startsWith('image/') &&
        tool(Brush, 'openCanvas', () => act(() => background.openCanvas(output.id)))}
      {tool(RotateCcw, 'runAgain', () => act(() => background.repeatTask(task, false)))}
      {'seed' in task.params && tool(Dices, 'variation', () => act(() => background.repeatTask(task, true)))}
      {task.status === 'succeeded' &&
        tool(Wand, 'againWith', () => act(() => background.openAgainWith(task.id)))}
      {output && tool(Trash2, 'deleteResult', () => act(() => deleteOutputs(task, onOutputs)))}
      {isComparing && <CompareResult task={task} onClose={() => setComparing(false)} />}
    </div>
  );
}

function act(work: () => Promise<unknown>): void {
  work().catch((error: unknown) =>
    showToast({ tone: 'bad', text: translateProblem(problemOf(error)), detail: problemOf(error).detail }),
  );
}

/** All that the task made: a text beside a picture is as much its result. */
async function saveOutputs(task: TaskView): Promise<void> {
  for (const { id } of task.outputs) await background.saveAsset(id, nameOf(task));
}

/** Gone from view at once; a toast takes it back. What the server did not delete stays. */
async function deleteOutputs(
  { outputs }: TaskView,
  onOutputs: (outputs: TaskView['outputs']) => void,
): Promise<void> {
  onOutputs([]);
  try {
    const gone = await background.deleteAssets(outputs.map(({ id }) => id));
    onOutputs(outputs.filter(({ id }) => !gone.includes(id)));
  } catch (error) {
    onOutputs(outputs);
    throw error;
  }
  const undo = async () => {
    const restored = await background.restoreAssets(outputs.map(({ id }) => id));
    onOutputs(outputs.filter(({ id }) => restored.includes(id)));
  };
  showToast({
    text: translate('resultDeleted'),
    action: { label: translate('undo'), onAction: () => act(undo) },
  });
}

/** Of the saved file: the site that the picture came from. */
const nameOf = ({ meta }: TaskView): string =>
  (meta.sourceUrl && URL.parse(meta.sourceUrl)?.hostname) || 'star-graph';

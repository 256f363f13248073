import type { TaskView } from '@star-graph/api/contract/tasks/tasks';
import { useEffect, useState } from 'preact/hooks';
import { translate } from '../../../i18n/translate.ts';
import { background, problemOf } from '../../messaging/rpcClient.ts';
import type { ShownProblem } from '../../problems/problem.ts';

const shownCount = 3;

interface LastResultsProps {
  /** A new one asks again. */
  after: string | undefined;
  onProblem(problem: ShownProblem): void;
}

/** The pictures that were made last, by any client; a press opens one. */
export function LastResults({ after, onProblem }: LastResultsProps) {
  const [tasks, setTasks] = useState<readonly TaskView[]>([]);
  useEffect(() => {
    background.listTasks({ status: 'succeeded', limit: shownCount }).then(
      (page) => setTasks(page.items),
      // The line of the balance says what is wrong.
      () => setTasks([]),
    );
  }, [after]);
  const shown = tasks.flatMap(({ type, outputs: [output] }) => {
    const url = output?.thumbnailUrl ?? (output?.mime.startsWith('image/') ? output.url : undefined);
    return output && url ? [{ id: output.id, url, type }] : [];
  });
  if (shown.length === 0) return null;
  const open = (assetId: string) =>
    void background.openAsset(assetId).catch((error: unknown) => onProblem(problemOf(error)));
  return (
    <div class="results">
      {shown.map(({ id, url, type }) => (
        <button key={id} type="button" class="open" onClick={() => open(id)}>
          <img class="thumbnail" src={url} alt={translate(`filter_${type}`)} />
        </button>
      ))}
    </div>
  );
}

import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { PictureCard } from '@star-graph/ui/pictures/PictureCard.tsx';
import { isSeen, mediaKindOf } from '@star-graph/workflows/shared/mediaKinds';
import { useEffect, useState } from 'preact/hooks';
import { background, problemOf } from '../messaging/rpcClient.ts';
import type { ShownProblem } from '../runs/problem.ts';
import { useTaskNames } from './useTaskNames.ts';

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
  const nameTask = useTaskNames(tasks);
  const shown = tasks.flatMap((task) => {
    const {
      params,
      outputs: [output],
    } = task;
    const url = output?.thumbnailUrl ?? (output?.mime.startsWith('image/') ? output.url : undefined);
    const alt = typeof params.prompt === 'string' ? params.prompt : nameTask(task);
    const media = output && mediaKindOf(output.mime);
    return output && media && (url || !isSeen(media)) ? [{ output, media, url, alt }] : [];
  });
  if (shown.length === 0) return null;
  const open = (assetId: string) =>
    void background.openAsset(assetId).catch((error: unknown) => onProblem(problemOf(error)));
  return (
    <ul class="results">
      {shown.map(({ output, media, url, alt }) => (
        <li key={output.id}>
          <PictureCard
            width={1}
            height={1}
            media={isSeen(media) ? 'image' : media}
            unseen={output}
            url={url}
            alt={alt}
            onOpen={() => open(output.id)}
          />
        </li>
      ))}
    </ul>
  );
}

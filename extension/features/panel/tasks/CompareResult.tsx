import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { Skeleton } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { ComparePictures } from '@star-graph/ui/pictures/ComparePictures.tsx';
import { useEffect, useState } from 'preact/hooks';
import { translate } from '../../../i18n/translate.ts';
import { getAssetUrl, problemOf } from '../../messaging/rpcClient.ts';
import type { ShownProblem } from '../../runs/problem.ts';
import { ProblemLine } from '../ProblemLine.tsx';

/** The picture that the task started from; undefined where there is nothing to compare its result with. */
export function findBefore({ params, outputs: [output] }: TaskView): string | undefined {
  const { image } = params;
  return typeof image === 'string' && output?.mime.startsWith('image/') ? image : undefined;
}

/** The result of a task beside what it started from. */
export function CompareResult({ task, onClose }: { task: TaskView; onClose(): void }) {
  const [urls, setUrls] = useState<[before: string, after: string]>();
  const [problem, setProblem] = useState<ShownProblem>();
  const before = findBefore(task);
  const [output] = task.outputs;
  useEffect(() => {
    if (before === undefined || !output) return;
    // Both anew: the address in the list may have expired.
    Promise.all([getAssetUrl(before), getAssetUrl(output.id)]).then(setUrls, (error: unknown) =>
      setProblem(problemOf(error)),
    );
  }, [before, output?.id]);
  if (!output) return null;
  const { width, height } = output;
  return (
    <Dialog open size="large" title={translate('compare')} onClose={onClose}>
      <ProblemLine problem={problem} />
      {!urls && !problem && <Skeleton ratio={width / height} />}
      {urls && (
        <ComparePictures
          before={{ url: urls[0], width, height, label: translate('before') }}
          after={{ url: urls[1], width, height, label: translate('after') }}
        />
      )}
    </Dialog>
  );
}

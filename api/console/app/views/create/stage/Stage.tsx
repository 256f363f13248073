import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { loadPart } from '@star-graph/ui/loadPart.tsx';
import { isSeen, mediaKindOf } from '@star-graph/workflows/shared/mediaKinds';
import { Heart } from 'lucide';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { SideWays } from '../../gallery/detail/SideWays.tsx';
import { useSwipe } from '../../gallery/detail/useSwipe.ts';
import { lookAt } from '../results/chosen.ts';
import { type Entry, type Group, type Step, stepFrom } from '../results/listGroups.ts';
import { inputOf, setFavourite } from '../results/resultActions.ts';
import { texts } from '../results/texts.ts';
import type { Studio } from '../studioTypes.ts';
import { fitOf } from './StageComing.tsx';
import { StagePicture } from './StagePicture.tsx';
import type { StageToolsProps } from './StageTools.tsx';
import './stage.css';

/** Fetched with the first result; its height is kept free, so that the picture stays where it is. */
const StageTools = loadPart<StageToolsProps>(
  async () => (await import('./StageTools.tsx')).StageTools,
  () => <div class="stage-tools stage-tools-coming" />,
);

export interface StageProps {
  studio: Studio;
  groups: readonly Group[];
  shown: Entry;
  onPutAway(taskId: string): void;
}

/** The picture that is looked at, with what can be made of it, and the ways to the others. */
export function Stage({ studio, groups, shown, onPutAway }: StageProps) {
  const [comparing, setComparing] = useState<string>();
  const go = (step: Step): boolean => {
    const next = stepFrom(groups, shown, step);
    if (next) lookAt(next.key);
    return next !== undefined;
  };
  const way = (step: Step) => (stepFrom(groups, shown, step) ? () => void go(step) : undefined);
  const [previous, next] = [way('previous'), way('next')];
  useStageKeys((step) => {
    const isMoved = go(step);
    // The focus goes along where it stands on one of the pictures.
    if (isMoved && document.activeElement?.matches('.result-choose'))
      requestAnimationFrame(() =>
        document.querySelector<HTMLElement>('.result-choose[aria-current]')?.focus(),
      );
    return isMoved;
  });
  const swipes = useSwipe({ left: next, right: previous });
  const form = studio.listed.find(({ name }) => shown.kind === 'result' && name === shown.task.workflow.name);
  const isPicture = shown.kind === 'result' && isSeen(mediaKindOf(shown.output.mime));
  const input = isPicture ? inputOf(shown.task, form) : undefined;
  const isComparing = comparing === shown.key && input !== undefined;
  return (
    <>
      <div class="stage-place" data-shown={shown.kind} {...(isComparing ? {} : swipes)}>
        <StagePicture
          studio={studio}
          entry={shown}
          compared={isComparing ? input : undefined}
          onPutAway={onPutAway}
        />
        {shown.kind === 'result' && (
          <IconButton
            look="glass"
            icon={Heart}
            label={texts.keep}
            pressed={shown.output.favourite === true}
            class={isPicture ? 'stage-heart stage-heart-fitted' : 'stage-heart'}
            style={isPicture ? fitOf(shown.output) : undefined}
            onClick={() => void setFavourite(shown.task, shown.output, shown.output.favourite !== true)}
          />
        )}
        <SideWays previous={previous} next={next} texts={texts} side="stage" />
      </div>
      {shown.kind === 'result' && (
        <StageTools
          studio={studio}
          shown={shown}
          isComparing={isComparing}
          onCompare={
            input === undefined ? undefined : () => setComparing(isComparing ? undefined : shown.key)
          }
        />
      )}
    </>
  );
}

const steps: Readonly<Record<string, Step>> = {
  ArrowRight: 'next',
  ArrowLeft: 'previous',
  ArrowDown: 'down',
  ArrowUp: 'up',
};

/** What moves by arrows itself, or lies above the view. */
const others =
  'input, textarea, select, video, audio, summary, dialog, [contenteditable], [role=dialog], [role=menu], [role=menuitem], [role=application], [role=slider], [role=listbox]';

/** The arrow keys go through the session wherever the focus is, except in what has a use of its own for them. */
function useStageKeys(onStep: (step: Step) => boolean): void {
  const latest = useRef(onStep);
  latest.current = onStep;
  useLayoutEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const step = steps[event.key];
      if (!step || event.defaultPrevented) return;
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      const target = event.target instanceof Element ? event.target : undefined;
      if (target?.closest(others) || document.querySelector('dialog[open], [role=dialog]')) return;
      if (latest.current(step)) event.preventDefault();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
}

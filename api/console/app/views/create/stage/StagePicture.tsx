import type { AssetView } from '@star-graph/contract/assets/assets';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Ring } from '@star-graph/ui/feedback/Ring.tsx';
import { loadPart } from '@star-graph/ui/loadPart.tsx';
import { offerAsset } from '@star-graph/ui/pictures/assetDrag';
import { formatCredits, formatDuration } from '@star-graph/ui/texts/formats';
import { isSeen, mediaKindOf } from '@star-graph/workflows/shared/mediaKinds';
import { X } from 'lucide';
import { useState } from 'preact/hooks';
import { usePaused } from '../../../data/live.ts';
import { hasForm } from '../../../data/ownGraph.ts';
import { mediaOf } from '../pictures/placePicture.ts';
import { dropPress, type Press, press, retry } from '../presses.ts';
import { remake } from '../remakes.ts';
import { cancelTask } from '../results/cancelTask.ts';
import type { Entry } from '../results/listGroups.ts';
import { renewResult } from '../results/resultActions.ts';
import { texts } from '../results/texts.ts';
import type { Studio } from '../studioTypes.ts';
import type { EndedNoticeProps } from './EndedNotice.tsx';
import { PressNotice } from './Notice.tsx';
import { fitOf } from './StageComing.tsx';

const EndedNotice = loadPart<EndedNoticeProps>(async () => (await import('./EndedNotice.tsx')).EndedNotice);
const Comparison = loadPart(async () => (await import('./Comparison.tsx')).Comparison);
const UnseenResult = loadPart(
  async () => (await import('@star-graph/ui/pictures/UnseenResult.tsx')).UnseenResult,
);

interface StagePictureProps {
  studio: Studio;
  entry: Entry;
  /** What it was made from, where the two are compared. */
  compared: string | undefined;
  onPutAway(taskId: string): void;
}

/** What is looked at, as large as its place: a picture, what is being drawn, or why there is none. */
export function StagePicture({ studio, entry, compared, onPutAway }: StagePictureProps) {
  switch (entry.kind) {
    case 'press':
      return <Pressed studio={studio} pressed={entry.press} aspect={entry.aspect} />;
    case 'open':
      return <Drawn {...entry} />;
    case 'ended': {
      const { task } = entry;
      const wish = remake('again', studio.listed, task, 0);
      const again = () => {
        onPutAway(task.id);
        if (wish) press(wish);
      };
      return (
        <EndedNotice
          task={task}
          onAgain={wish && again}
          onChange={!hasForm(task.workflow.name) ? undefined : () => void studio.recall(task)}
        />
      );
    }
    case 'result':
      if (compared !== undefined)
        return <Comparison input={compared} output={entry.output} params={entry.task.params} />;
      return <Result key={entry.output.id} task={entry.task} output={entry.output} />;
  }
}

function Pressed({ studio, pressed, aspect }: { studio: Studio; pressed: Press; aspect: number }) {
  if (pressed.state === 'sending')
    return (
      <div class="stage-picture" style={{ '--aspect': aspect }}>
        <div class="stage-work">
          <Ring size={64} percent={0} label={texts.sending} />
          <p class="stage-state">{texts.sending}</p>
        </div>
      </div>
    );
  const { key, workflow, params } = pressed;
  const change = () => {
    dropPress(key);
    studio.recall({ workflow: { name: workflow }, params });
  };
  return <PressNotice press={pressed} onSend={() => retry(key)} onChange={change} />;
}

/** A preview is blurred less as it goes on. */
const mostBlurPx = 16;

function Drawn({ task, preview, aspect }: Extract<Entry, { kind: 'open' | 'ended' }>) {
  const { percent, cancelCost } = task.progress;
  const blurPx = mostBlurPx * (1 - percent / 100);
  const isPaused = usePaused();
  return (
    <div class="stage-picture" style={{ '--aspect': aspect }}>
      {preview !== undefined && <img style={{ filter: `blur(${blurPx}px)` }} src={preview} alt="" />}
      <div class={preview === undefined ? 'stage-work' : 'stage-work stage-over'}>
        <Ring size={64} percent={task.status === 'running' ? percent : undefined} />
        <p class="stage-state">{describeState(task, isPaused)}</p>
        <Button size="small" icon={X} onClick={() => void cancelTask(task)}>
          {cancelCost ? texts.cancelCosts(formatCredits(cancelCost)) : texts.cancel}
        </Button>
      </div>
    </div>
  );
}

function describeState({ status, progress }: TaskView, isPaused: boolean): string {
  const { queuePosition, etaSeconds } = progress;
  const left = etaSeconds !== undefined && texts.left(formatDuration(etaSeconds));
  if (status === 'running') return [texts.working, left].filter(Boolean).join(' · ');
  const place = queuePosition !== undefined && texts.place(queuePosition);
  return [texts.waiting, place, isPaused ? texts.paused : left].filter(Boolean).join(' · ');
}

/** How often a picture is asked for that does not come. */
const mostTries = 3;

/** Its thumbnail, and its own bytes once that is drawn: they take nothing of the line from it. */
function Result({ task, output }: { task: TaskView; output: AssetView }) {
  const { mime, url, thumbnailUrl, width, height } = output;
  const [tries, setTries] = useState(0);
  const [isBegun, setBegun] = useState(thumbnailUrl === undefined);
  const [isDrawn, setDrawn] = useState(false);
  const draw = () => setDrawn(true);
  const begin = () => requestAnimationFrame(() => setBegun(true));
  const alt = typeof task.params.prompt === 'string' ? task.params.prompt : texts.result;
  const shape = fitOf(output);
  const renew = async () => {
    if (tries >= mostTries) return;
    await renewResult(task, output);
    // Its address may be the same as before.
    setTries(tries + 1);
  };
  if (!isSeen(mediaKindOf(mime)))
    return (
      <UnseenResult
        asset={output}
        name={alt}
        useHref={`${location.pathname}?text=${output.id}`}
        onStale={() => void renew()}
      />
    );
  if (mediaOf(mime) === 'video')
    return (
      // biome-ignore lint/a11y/useMediaCaption: films of GPUs have no speech to caption.
      <video
        class="stage-picture"
        style={shape}
        src={url}
        poster={thumbnailUrl}
        controls
        loop
        playsInline
        aria-label={alt}
        onError={() => void renew()}
      />
    );
  return (
    <div class="stage-picture" style={shape} data-coming={!isDrawn || undefined}>
      {thumbnailUrl !== undefined && (
        <img
          src={thumbnailUrl}
          alt=""
          fetchPriority="high"
          onLoad={() => {
            draw();
            begin();
          }}
          onError={begin}
        />
      )}
      {isBegun && tries < mostTries && (
        <img
          key={tries}
          class="stage-result"
          src={url}
          alt={alt}
          draggable
          onLoad={draw}
          onDragStart={({ dataTransfer }) => {
            if (dataTransfer) offerAsset(dataTransfer, { assetId: output.id, url, width, height });
          }}
          onError={() => void renew()}
        />
      )}
    </div>
  );
}

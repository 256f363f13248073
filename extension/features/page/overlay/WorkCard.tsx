import { RingArc } from '@star-graph/ui/feedback/RingArc.tsx';
import { X } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { describeCredits } from '../../../i18n/describeCount.ts';
import { formatNumber, type MessageKey, translate } from '../../../i18n/translate.ts';
import { Picture } from '../../../ui/Picture.tsx';
import { decodeFile } from '../../messaging/encodedFile.ts';
import type { ConnectionView } from '../../messaging/protocol.ts';
import { describeState } from '../../runs/describeState.ts';
import type { Run } from '../../runs/run.ts';
import { translateProblem } from '../../runs/translateProblem.ts';
import { percentOf } from '../incomingResult.ts';
import type { ShownRun } from '../shownRun.ts';
import { IconTool } from './IconTool.tsx';
import { Notes } from './Notes.tsx';
import { type Box, isSmall, placeFoot } from './placement.ts';
import { SeenButton } from './SeenButton.tsx';
import { isOutOfReach } from './topLayer.ts';

interface WorkCardProps {
  shown: ShownRun;
  connection: ConnectionView;
  onCancel(isSeen: boolean): void;
}

const sourceTexts = { result: 'madeOfResult', original: 'madeOfOriginal' } as const;

/** A run on its way: the picture comes out of the blur, and one line at its foot says how far it is. */
export function WorkCard({ shown, connection, onCancel }: WorkCardProps) {
  const { run, progress, source } = shown;
  const isCutOff = run.taskId !== undefined && connection !== 'connected';
  const percent = run.state === 'running' ? progress?.percent : undefined;
  const cancel = (
    <SeenButton
      icon={X}
      label={translate('cancel')}
      // A task has its price also when it is cancelled.
      isFree={run.taskId === undefined}
      onPress={onCancel}
    />
  );
  return (
    <>
      {progress?.preview && <Preview shown={shown} preview={progress.preview} percent={percent ?? 0} />}
      <StateCard
        box={shown.box}
        percent={percent}
        word={wordOf(run)}
        cost={run.cost}
        button={cancel}
        details={
          <>
            <p class="line" data-words={describeState(run, progress)} />
            {source && <p class="line" data-words={translate(sourceTexts[source])} />}
            {run.cost !== undefined && <p class="line" data-words={translate('costLine', run.cost)} />}
            {run.state === 'running' && progress?.cancelCost !== undefined && (
              <p
                class="line"
                data-words={translate('cancelCostLine', describeCredits(progress.cancelCost))}
              />
            )}
            <Notes notes={run.notes} />
          </>
        }
      >
        <SlowLine state={run.state} />
        {isCutOff && (
          <p
            class="notes"
            data-words={translate(connection === 'signedOut' ? 'signedOutTask' : 'reconnecting')}
          />
        )}
        {isOutOfReach(shown.standing) && <p class="notes" data-words={translate('leaveFullscreen')} />}
        {run.problem && <p class="notes" data-words={translateProblem(run.problem)} />}
      </StateCard>
    </>
  );
}

/** The result is ready and on its way into the page. */
export const ArrivalCard = ({ shown, onClose }: { shown: ShownRun; onClose(): void }) => (
  <StateCard
    box={shown.box}
    percent={percentOf(shown.incoming)}
    word={translate('wordFetching')}
    cost={undefined}
    button={<IconTool icon={X} label={translate('close')} onPress={onClose} />}
    details={<p class="line" data-words={translate('loadingResult')} />}
  />
);

interface StateCardProps {
  box: Box;
  percent: number | undefined;
  word: string;
  cost: number | undefined;
  button: ComponentChildren;
  /** Told beside it while a hand or the focus is there: nothing moves under the pointer. */
  details: ComponentChildren;
  /** What must be known at once. */
  children?: ComponentChildren;
}

/** Ring, one word, the price and a button; on a small picture the ring alone, until a hand or the focus is there. */
function StateCard({ box, percent, word, cost, button, details, children }: StateCardProps) {
  const shownPercent = percent === undefined ? undefined : Math.round(percent);
  const { style, isHanging, isEnding } = placeFoot(box);
  const classes = ['state sg-dark', isSmall(box) && 'small', isHanging && 'hanging', isEnding && 'ending'];
  return (
    <div class={classes.filter(Boolean).join(' ')} role="status" style={style}>
      <div class="gauge">
        <RingArc
          size={32}
          percent={percent}
          label={
            shownPercent === undefined ? translate('extensionName') : translate('percentDone', shownPercent)
          }
        />
      </div>
      <div class="facts">
        <p class="word">
          {shownPercent !== undefined && <span data-words={`${shownPercent}%`} />}
          <span data-words={word} />
        </p>
        {cost !== undefined && (
          <p class="price" aria-hidden="true">
            <span data-words={formatNumber(cost)} /> <span class="star" data-words="★" />
          </p>
        )}
      </div>
      {button}
      <div class="details">{details}</div>
      <div class="urgent">{children}</div>
    </div>
  );
}

const words: Partial<Record<Run['state'], MessageKey>> = {
  reading: 'wordReading',
  uploading: 'wordUploading',
  running: 'status_running',
};

const wordOf = ({ state }: Run): string => translate(words[state] ?? 'stateWaiting');

const mostBlurPx = 16;

interface PreviewProps {
  shown: ShownRun;
  preview: { mime: string; base64: string };
  percent: number;
}

/** A preview, laid out as the page lays out its own picture. */
function Preview({ shown, preview, percent }: PreviewProps) {
  const file = useMemo(() => decodeFile(preview), [preview]);
  const { objectFit, objectPosition } = getComputedStyle(shown.element);
  const filter = `blur(${mostBlurPx * (1 - percent / 100)}px)`;
  return (
    <div class="frame">
      <Picture className="preview" source={file} style={{ objectFit, objectPosition, filter }} />
    </div>
  );
}

const slowMs = 10_000;

/** Says that the server takes long to answer: otherwise nothing would seem to happen. */
function SlowLine({ state }: Pick<Run, 'state'>) {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    setSlow(false);
    const timer = setTimeout(() => setSlow(true), slowMs);
    return () => clearTimeout(timer);
  }, [state]);
  const isAsking = state === 'uploading' || state === 'submitting';
  return isSlow && isAsking ? <p class="notes" data-words={translate('slowServer')} /> : null;
}

import { useMemo } from 'preact/hooks';
import { describeCredits } from '../../../i18n/describeCount.ts';
import { translate } from '../../../i18n/translate.ts';
import { Picture } from '../../../ui/Picture.tsx';
import { decodeFile } from '../../messaging/encodedFile.ts';
import type { ConnectionView } from '../../messaging/protocol.ts';
import type { Remedy } from '../../problems/remedies.ts';
import { translateProblem } from '../../problems/translateProblem.ts';
import { describeCancelled, describeState } from '../../runs/describeState.ts';
import { isEnded, isPriceAsked } from '../../runs/run.ts';
import { percentOf } from '../results/incomingResult.ts';
import type { ShownRun } from '../results/shownRun.ts';
import { type Box, toCardStyle } from '../surface/placement.ts';
import { SeenButton } from '../surface/SeenButton.tsx';
import { isOutOfReach } from '../surface/topLayer.ts';
import { Notes } from './Notes.tsx';
import { PriceCard } from './PriceCard.tsx';
import { RemedyButton } from './RemedyButton.tsx';
import { type ResultActions, ResultView } from './ResultView.tsx';
import { SlowLine } from './SlowLine.tsx';

export interface OverlayActions extends ResultActions {
  cancel(isSeen: boolean): void;
  answerPrice(yes: { isSeen: boolean } | undefined): void;
  retry(isSeen: boolean): void;
  remedy(remedy: Remedy, isSeen: boolean): void;
  close(): void;
  openResult(): void;
  /** Tries again from where it stopped. */
  fetchResult(): void;
}

export interface PictureOverlayProps {
  shown: ShownRun;
  connection: ConnectionView;
  actions: OverlayActions;
}

export function PictureOverlay({ shown, connection, actions }: PictureOverlayProps) {
  const { box, run } = shown;
  if (shown.result && shown.result.placing !== 'changed')
    return <ResultView shown={shown} place={toStyle(box)} actions={actions} />;
  return (
    <section class="overlay" style={toStyle(box)} aria-label={translate('extensionName')}>
      {isEnded(run) ? (
        <EndCard shown={shown} actions={actions} />
      ) : isPriceAsked(run) ? (
        <PriceCard shown={shown} onAnswer={actions.answerPrice} />
      ) : (
        <WorkCard shown={shown} connection={connection} onCancel={actions.cancel} />
      )}
    </section>
  );
}

const toStyle = (box: Box) => ({
  left: `${box.left}px`,
  top: `${box.top}px`,
  width: `${box.width}px`,
  height: `${box.height}px`,
});

const sourceTexts = { result: 'madeOfResult', original: 'madeOfOriginal' } as const;

function WorkCard(props: { shown: ShownRun; connection: ConnectionView; onCancel(isSeen: boolean): void }) {
  const { run, progress } = props.shown;
  const isCutOff = run.taskId !== undefined && props.connection !== 'connected';
  return (
    <>
      {progress?.preview && <Preview preview={progress.preview} />}
      <div class="card" role="status" style={toCardStyle(props.shown.box)}>
        <Ring percent={run.state === 'running' ? progress?.percent : undefined} />
        <p class="line" data-words={describeState(run, progress)} />
        <SlowLine state={run.state} />
        {props.shown.source && (
          <p class="line faint" data-words={translate(sourceTexts[props.shown.source])} />
        )}
        {run.cost !== undefined && <p class="line faint" data-words={translate('costLine', run.cost)} />}
        {run.state === 'running' && progress?.cancelCost !== undefined && (
          <p
            class="line faint"
            data-words={translate('cancelCostLine', describeCredits(progress.cancelCost))}
          />
        )}
        {isCutOff && (
          <p
            class="notes"
            data-words={translate(props.connection === 'signedOut' ? 'signedOutTask' : 'reconnecting')}
          />
        )}
        {isOutOfReach(props.shown.standing) && <p class="notes" data-words={translate('leaveFullscreen')} />}
        <Notes notes={run.notes} />
        {run.problem && <p class="notes" data-words={translateProblem(run.problem)} />}
        <SeenButton
          label={translate('cancel')}
          // A task has its price also when it is cancelled.
          isFree={run.taskId === undefined}
          onPress={props.onCancel}
        />
      </div>
    </>
  );
}

function EndCard({ shown, actions }: { shown: ShownRun; actions: OverlayActions }) {
  const { run } = shown;
  const style = toCardStyle(shown.box);
  if (run.state === 'succeeded')
    return shown.result || shown.resultProblem ? (
      <ElsewhereCard shown={shown} actions={actions} />
    ) : (
      <ArrivalCard shown={shown} onClose={actions.close} />
    );
  return (
    <div class="card" role="alert" style={style}>
      <p class="line" data-words={run.problem ? translateProblem(run.problem) : describeCancelled(run)} />
      {run.problem?.code === 'insufficient-credits' && run.cost !== undefined && (
        <p class="line faint" data-words={translate('priceLine', run.cost, run.available ?? 0)} />
      )}
      {run.problem?.detail && <p class="line faint" data-words={run.problem.detail} />}
      <SeenButton isMain label={translate('retry')} onPress={actions.retry} />
      <RemedyButton problem={run.problem} onRemedy={actions.remedy} />
      <CloseButton onClose={actions.close} />
    </div>
  );
}

function ArrivalCard({ shown, onClose }: { shown: ShownRun; onClose(): void }) {
  return (
    <div class="card" role="status" style={toCardStyle(shown.box)}>
      <Ring percent={percentOf(shown.incoming)} />
      <p class="line" data-words={translate('loadingResult')} />
      <CloseButton onClose={onClose} />
    </div>
  );
}

const elsewhereTexts = {
  unreachable: 'resultMissing',
  tooLarge: 'resultTooLarge',
  unplaceable: 'resultUnplaceable',
} as const;

/** There is a result, which cannot be shown here. */
function ElsewhereCard({ shown, actions }: { shown: ShownRun; actions: OverlayActions }) {
  const { resultProblem } = shown;
  return (
    <div class="card" role="status" style={toCardStyle(shown.box)}>
      <p
        class="line"
        data-words={translate(resultProblem ? elsewhereTexts[resultProblem] : 'pictureChanged')}
      />
      <button type="button" class="main" onClick={actions.openResult} data-words={translate('openResult')} />
      {resultProblem === 'unreachable' && (
        <button type="button" onClick={actions.fetchResult} data-words={translate('retry')} />
      )}
      <CloseButton onClose={actions.close} />
    </div>
  );
}

const CloseButton = ({ onClose }: { onClose(): void }) => (
  <button type="button" onClick={onClose} data-words={translate('close')} />
);

/** The task's progress, drawn as everywhere in the product; while it is unknown, a part of the ring rotates. */
function Ring({ percent }: { percent: number | undefined }) {
  const shownPercent = Math.round(percent ?? 0);
  const share = percent === undefined ? 28 : shownPercent;
  return (
    <div class="gauge">
      <svg
        class={percent === undefined ? 'ring waiting' : 'ring'}
        viewBox="0 0 48 48"
        role="progressbar"
        aria-label={
          percent === undefined ? translate('extensionName') : translate('percentDone', shownPercent)
        }
        {...(percent === undefined ? {} : { 'aria-valuenow': shownPercent })}
      >
        <circle class="track" cx="24" cy="24" r="20" />
        <circle
          class="done"
          cx="24"
          cy="24"
          r="20"
          pathLength={100}
          style={{ strokeDasharray: `${share} 100` }}
        />
        <circle class="head" cx="24" cy="4" r="3.4" style={{ rotate: `${share * 3.6}deg` }} />
      </svg>
      {percent !== undefined && <span data-words={`${shownPercent}%`} />}
    </div>
  );
}

function Preview({ preview }: { preview: { mime: string; base64: string } }) {
  const file = useMemo(() => decodeFile(preview), [preview]);
  return <Picture className="preview" source={file} />;
}

import { useState } from 'preact/hooks';
import { translate } from '../../../i18n/translate.ts';
import type { ConnectionView } from '../../messaging/protocol.ts';
import { describeCancelled } from '../../runs/describeState.ts';
import type { ShownProblem } from '../../runs/problem.ts';
import { findRemedy, type Remedy, remedyKeys } from '../../runs/remedies.ts';
import { isEnded, isPriceAsked } from '../../runs/run.ts';
import { translateProblem } from '../../runs/translateProblem.ts';
import type { ShownRun } from '../shownRun.ts';
import { Notes } from './Notes.tsx';
import { type Box, toCardStyle } from './placement.ts';
import type { ResultActions } from './ResultTools.tsx';
import { ResultView } from './ResultView.tsx';
import { SeenButton } from './SeenButton.tsx';
import { ArrivalCard, WorkCard } from './WorkCard.tsx';

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

interface PictureOverlayProps {
  shown: ShownRun;
  connection: ConnectionView;
  actions: OverlayActions;
}

export function PictureOverlay({ shown, connection, actions }: PictureOverlayProps) {
  const { box, run } = shown;
  // Over another picture a card would be in the way of who has seen the result already.
  if (shown.result && (shown.result.placing !== 'changed' || shown.result.wasPlaced))
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

function EndCard({ shown, actions }: { shown: ShownRun; actions: OverlayActions }) {
  const { run } = shown;
  const style = toCardStyle(shown.box);
  if (shown.words !== undefined) return <WordsCard words={shown.words} shown={shown} actions={actions} />;
  if (run.state === 'succeeded')
    return shown.result || shown.resultProblem ? (
      <ElsewhereCard shown={shown} actions={actions} />
    ) : (
      <ArrivalCard shown={shown} onClose={actions.close} />
    );
  return (
    <div class="card sg-dark" role="alert" style={style}>
      <p class="line" data-words={run.problem ? translateProblem(run.problem) : describeCancelled(run)} />
      {run.problem?.detail && <p class="line faint" data-words={run.problem.detail} />}
      <SeenButton isMain label={translate('retry')} onPress={actions.retry} />
      <RemedyButton problem={run.problem} onRemedy={actions.remedy} />
      <CloseButton onClose={actions.close} />
    </div>
  );
}

interface WordsCardProps {
  words: string;
  shown: ShownRun;
  actions: OverlayActions;
}

/** What a text says of the picture, to be taken along. */
function WordsCard({ words, shown, actions }: WordsCardProps) {
  const [isCopied, setCopied] = useState(false);
  return (
    <div class="card sg-dark" role="status" style={toCardStyle(shown.box)}>
      <p class="line words" data-words={words} />
      <div class="row">
        <button
          type="button"
          class="main"
          onClick={() => void navigator.clipboard.writeText(words).then(() => setCopied(true))}
          data-words={translate(isCopied ? 'copied' : 'copy')}
        />
        <CloseButton onClose={actions.close} />
      </div>
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
    <div class="card sg-dark" role="status" style={toCardStyle(shown.box)}>
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

interface PriceCardProps {
  shown: ShownRun;
  onAnswer(yes: { isSeen: boolean } | undefined): void;
}

/** The picture's price and the balance, before anything is spent. */
function PriceCard({ shown: { run, box }, onAnswer }: PriceCardProps) {
  const { cost = 0, available = 0 } = run;
  return (
    <div
      class="card sg-dark"
      role="alertdialog"
      aria-label={translate('priceTitle')}
      style={toCardStyle(box)}
    >
      <Notes notes={run.notes} />
      <p class="line" data-words={translate('priceLine', cost, available)} />
      <div class="row">
        <SeenButton isMain label={translate('priceYes', cost)} onPress={(isSeen) => onAnswer({ isSeen })} />
        <button type="button" onClick={() => onAnswer(undefined)} data-words={translate('cancel')} />
      </div>
    </div>
  );
}

/** The remedy for a run's problem, shown on its picture. */
function RemedyButton(props: {
  problem: ShownProblem | undefined;
  onRemedy(remedy: Remedy, isSeen: boolean): void;
}) {
  const remedy = props.problem && findRemedy(props.problem.code);
  if (!remedy) return null;
  return (
    // Fetched credits are spent at once.
    <SeenButton label={translate(remedyKeys[remedy])} onPress={(isSeen) => props.onRemedy(remedy, isSeen)} />
  );
}

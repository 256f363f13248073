import { useMemo } from 'preact/hooks';
import { describeState } from '../../ui/describeState.ts';
import { Picture } from '../../ui/Picture.tsx';
import { translate, translateProblem } from '../../ui/translate.ts';
import { decodeFile } from '../bytes.ts';
import { isEnded } from '../runs/run.ts';
import type { Box } from './placement.ts';
import type { ConnectionView } from './protocol.ts';
import { type ResultActions, ResultView } from './ResultView.tsx';
import type { ShownRun } from './shownRun.ts';

export interface OverlayActions extends ResultActions {
  cancel(): void;
  retry(): void;
  close(): void;
  openResult(): void;
}

export interface PictureOverlayProps {
  shown: ShownRun;
  connection: ConnectionView;
  actions: OverlayActions;
}

/** A card needs this much; on smaller pictures it stands over their edge. */
const cardWidthPx = 160;
const cardHeightPx = 170;

export function PictureOverlay({ shown, connection, actions }: PictureOverlayProps) {
  const { box, run } = shown;
  const isSmall = box.width < cardWidthPx || box.height < cardHeightPx;
  const place = toStyle(isSmall ? roomBeside(box) : box);
  if (shown.result && shown.result.placing !== 'changed')
    return <ResultView shown={shown} place={place} actions={actions} />;
  return (
    <section
      class={`overlay${isSmall ? ' small' : ''}`}
      style={place}
      aria-label={translate('extensionName')}
    >
      {isEnded(run) ? (
        <EndCard shown={shown} actions={actions} />
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

/** Room for a card at a picture that has none, inside the window. */
function roomBeside(box: Box): Box {
  const within = (wanted: number, most: number) => Math.max(4, Math.min(wanted, most));
  return {
    left: within(box.left, innerWidth - cardWidthPx),
    top: within(box.top, innerHeight - cardHeightPx),
    width: cardWidthPx,
    height: cardHeightPx,
  };
}

function WorkCard(props: { shown: ShownRun; connection: ConnectionView; onCancel(): void }) {
  const { run, progress } = props.shown;
  const isCutOff = run.taskId !== undefined && props.connection !== 'connected';
  return (
    <>
      {progress?.preview && <Preview preview={progress.preview} />}
      <div class="card" role="status">
        <Ring percent={progress?.percent} />
        <p class="line">{describeState(run, progress)}</p>
        {run.cost !== undefined && <p class="line faint">{translate('costLine', run.cost)}</p>}
        {isCutOff && <p class="notes">{translate('reconnecting')}</p>}
        <Notes notes={run.notes} />
        {run.problem && <p class="notes">{translateProblem(run.problem)}</p>}
        <button type="button" onClick={props.onCancel}>
          {translate('cancel')}
        </button>
      </div>
    </>
  );
}

function EndCard({ shown, actions }: { shown: ShownRun; actions: OverlayActions }) {
  const { run } = shown;
  if (run.state === 'succeeded') {
    const text = shown.result ? 'pictureChanged' : shown.isResultMissing ? 'resultMissing' : 'loadingResult';
    return (
      <div class="card" role="status">
        <p class="line">{translate(text)}</p>
        {text !== 'loadingResult' && (
          <button type="button" class="main" onClick={actions.openResult}>
            {translate('openResult')}
          </button>
        )}
        <CloseButton onClose={actions.close} />
      </div>
    );
  }
  return (
    <div class="card" role="alert">
      <p class="line">{run.problem ? translateProblem(run.problem) : translate('stateCancelled')}</p>
      {run.problem?.detail && <p class="line faint">{run.problem.detail}</p>}
      <button type="button" class="main" onClick={actions.retry}>
        {translate('retry')}
      </button>
      <CloseButton onClose={actions.close} />
    </div>
  );
}

const CloseButton = ({ onClose }: { onClose(): void }) => (
  <button type="button" onClick={onClose}>
    {translate('close')}
  </button>
);

const circumference = 2 * Math.PI * 28;

function Ring({ percent }: { percent: number | undefined }) {
  const shownPercent = Math.round(percent ?? 0);
  return (
    <svg class="ring" viewBox="0 0 64 64" role="img" aria-label={translate('percentDone', shownPercent)}>
      <circle class="track" cx="32" cy="32" r="28" />
      <circle
        class="done"
        cx="32"
        cy="32"
        r="28"
        stroke-dasharray={circumference}
        stroke-dashoffset={circumference * (1 - shownPercent / 100)}
      />
      <text x="32" y="32">
        {percent === undefined ? '…' : `${shownPercent}%`}
      </text>
    </svg>
  );
}

function Preview({ preview }: { preview: { mime: string; base64: string } }) {
  const file = useMemo(() => decodeFile(preview), [preview]);
  return <Picture className="preview" source={file} />;
}

export function Notes({ notes }: { notes: ShownRun['run']['notes'] }) {
  return (
    <>
      {notes.map((note) => (
        <p class="notes" key={note}>
          {translate(`note_${note.replaceAll('-', '_') as 'screen_pixels'}`)}
        </p>
      ))}
    </>
  );
}

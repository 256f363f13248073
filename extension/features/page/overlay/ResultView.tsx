import { useState } from 'preact/hooks';
import { translate } from '../../../i18n/translate.ts';
import { Picture } from '../../../ui/Picture.tsx';
import { canMakeMore, isOriginalDrawn, type ShownRun } from '../results/shownRun.ts';
import type { Box } from '../surface/placement.ts';
import { SeenButton } from '../surface/SeenButton.tsx';
import { isOutOfReach } from '../surface/topLayer.ts';
import { Notes } from './Notes.tsx';

export interface ResultActions {
  compare(isComparing: boolean): void;
  restore(isRestored: boolean): void;
  save(): void;
  copy(): Promise<boolean>;
  openResult(): void;
  /** It does not play here. */
  refuseVideo(): void;
  upscale(scale: 2 | 4, isSeen: boolean): void;
  img2img(): void;
  againWith(): void;
  /** Hides the tools or shows them again: the result stays in place. */
  fold(isFolded: boolean): void;
  /** Removes everything of ours. */
  close(): void;
}

interface ResultViewProps {
  shown: ShownRun;
  place: Record<string, string>;
  actions: ResultActions;
}

/** The result on its picture, with the tools beneath it and the slider over it while the person compares. */
export function ResultView({ shown, place, actions }: ResultViewProps) {
  const { result } = shown;
  const [percent, setPercent] = useState(50);
  if (!result) return null;
  const isLayered = result.placing === 'layer' && !shown.isRestored;
  // The page's own style says how the picture lies in its box.
  const { objectFit, objectPosition } = getComputedStyle(shown.element);
  const fit = { objectFit, objectPosition };
  return (
    <>
      <section class="overlay" style={place} aria-label={translate('extensionName')}>
        {isOriginalDrawn(shown) && shown.original && (
          <Picture className="layer" source={shown.original} style={fit} />
        )}
        {isLayered && result.videoUrl && (
          <video
            class="layer video"
            src={result.videoUrl}
            controls
            loop
            muted
            autoplay
            playsInline
            onError={actions.refuseVideo}
          />
        )}
        {(isLayered || shown.isComparing) && result.pixels && (
          <Picture className="layer" source={result.pixels} style={fit} />
        )}
        {shown.isComparing && result.before && (
          <>
            <Picture
              className="before"
              source={result.before}
              style={{ ...fit, clipPath: `inset(0 ${100 - percent}% 0 0)` }}
            />
            <span class="badge left" data-words={translate('before')} />
            <span class="badge right" data-words={translate('after')} />
            <input
              class="slider"
              type="range"
              min="0"
              max="100"
              value={percent}
              aria-label={translate('compare')}
              onInput={(event) => setPercent(Number(event.currentTarget.value))}
            />
            <div class="handle" style={{ left: `${percent}%` }}>
              <span class="grip" />
            </div>
          </>
        )}
      </section>
      {shown.isFolded ? (
        <Chip box={shown.box} onPress={() => actions.fold(false)} />
      ) : (
        <Tools shown={shown} actions={actions} />
      )}
    </>
  );
}

/** Two rows of tools and their preferred width. */
const toolsHeightPx = 84;
const toolsWidthPx = 560;
const gapPx = 6;

/** Beneath the picture, or at the window's lower edge if there is no room; undefined out of sight. */
function placeTools(box: Box): Record<string, string> | undefined {
  const bottom = box.top + box.height;
  if (bottom <= 0 || box.top >= innerHeight) return undefined;
  const hasRoom = bottom + gapPx + toolsHeightPx <= innerHeight;
  const left = Math.max(gapPx, Math.min(box.left, innerWidth - toolsWidthPx - gapPx));
  return { left: `${left}px`, ...(hasRoom ? { top: `${bottom + gapPx}px` } : { bottom: `${gapPx}px` }) };
}

function Tools({ shown, actions }: { shown: ShownRun; actions: ResultActions }) {
  const [isCopied, setCopied] = useState<boolean>();
  const { box, isComparing, isRestored } = shown;
  const place = placeTools(box);
  if (!place) return null;
  return (
    <div class="tools" role="toolbar" style={place}>
      {shown.result?.before && (
        <Tool
          label={translate(isComparing ? 'compareEnd' : 'compare')}
          onClick={() => actions.compare(!isComparing)}
        />
      )}
      <Tool
        label={translate(isRestored ? 'showResult' : 'restore')}
        onClick={() => actions.restore(!isRestored)}
      />
      <Tool label={translate('save')} onClick={actions.save} />
      {!shown.result?.videoUrl && (
        <Tool
          label={translate(isCopied === undefined ? 'copy' : isCopied ? 'copied' : 'copyRefused')}
          onClick={() => void actions.copy().then(setCopied)}
        />
      )}
      <Tool label={translate('openResult')} onClick={actions.openResult} />
      {canMakeMore(shown) && (
        <>
          <SeenButton
            label={translate(isRestored ? 'upscaleOriginal2' : 'upscaleResult2')}
            onPress={(isSeen) => actions.upscale(2, isSeen)}
          />
          <SeenButton
            label={translate(isRestored ? 'img2imgOriginal' : 'img2imgResult')}
            // Its form asks, in a window of our own.
            onPress={actions.img2img}
          />
        </>
      )}
      {!isRestored && <SeenButton label={translate('againWith')} onPress={actions.againWith} />}
      {isRestored && !isOriginalDrawn(shown) ? (
        // The result is gone.
        <Tool label={translate('removeResult')} onClick={actions.close} />
      ) : (
        <Tool label={translate('close')} onClick={() => actions.fold(true)} />
      )}
      {isOutOfReach(shown.standing) && <p class="notes" data-words={translate('leaveFullscreen')} />}
      <Notes notes={shown.run.notes} />
    </div>
  );
}

const chipSidePx = 30;

/** The button that remains of the tools, in the picture's corner as far as it is visible. */
function Chip({ box, onPress }: { box: Box; onPress(): void }) {
  const right = Math.min(innerWidth, box.left + box.width) - chipSidePx - gapPx;
  const bottom = Math.min(innerHeight, box.top + box.height) - chipSidePx - gapPx;
  if (bottom < box.top || right < box.left || bottom + chipSidePx < 0) return null;
  return (
    <div class="tools chip" style={{ left: `${right}px`, top: `${bottom}px` }}>
      <button
        type="button"
        onClick={onPress}
        aria-label={translate('showTools')}
        title={translate('showTools')}
        data-words="⋯"
      />
    </div>
  );
}

const Tool = ({ label, onClick }: { label: string; onClick(): void }) => (
  <button type="button" onClick={onClick} data-words={label} />
);

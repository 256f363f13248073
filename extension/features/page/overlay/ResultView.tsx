import { useState } from 'preact/hooks';
import { translate } from '../../../i18n/translate.ts';
import { Picture } from '../../../ui/Picture.tsx';
import { isOriginalDrawn, type ShownRun } from '../shownRun.ts';
import { type ResultActions, ResultTools } from './ResultTools.tsx';

interface ResultViewProps {
  shown: ShownRun;
  place: Record<string, string>;
  actions: ResultActions;
}

/** The result on its picture, with the tools in its corner and the slider over it while the person compares. */
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
      <ResultTools shown={shown} actions={actions} />
    </>
  );
}

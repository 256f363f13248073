import { useEffect, useRef, useState } from 'preact/hooks';
import { translate } from '../../i18n/translate.ts';
import { boxOf } from './overlay/placement.ts';
import { useSight } from './overlay/SeenButton.tsx';
import { canTellSight } from './overlay/sight.ts';

interface OfferProps {
  elements: readonly Element[];
  /** Undefined: none of them. */
  onChoose(element: Element | undefined, isSeen: boolean): void;
}

/** Outlines pictures where it is unknown which one is meant: the person presses one. */
export function Offer({ elements, onChoose }: OfferProps) {
  const bar = useRef<HTMLDivElement>(null);
  useFrames();
  useEffect(() => {
    bar.current?.focus({ preventScroll: true });
    // The page may have the focus again by then.
    const onKey = (event: KeyboardEvent) => {
      if (!event.isTrusted || event.key !== 'Escape') return;
      event.stopImmediatePropagation();
      onChoose(undefined, true);
    };
    addEventListener('keydown', onKey, true);
    return () => removeEventListener('keydown', onKey, true);
  }, []);
  return (
    <>
      {elements.map((element, index) => (
        // The list stays as it is for as long as it is on offer.
        <Outline
          key={`${index}`}
          element={element}
          number={index + 1}
          onPress={(isSeen) => onChoose(element, isSeen)}
        />
      ))}
      <div ref={bar} class="bar" role="dialog" aria-label={translate('offerTitle')} tabIndex={-1}>
        <span data-words={translate('offerTitle')} />
        <button type="button" onClick={() => onChoose(undefined, true)} data-words={translate('cancel')} />
      </div>
    </>
  );
}

interface OutlineProps {
  element: Element;
  number: number;
  onPress(isSeen: boolean): void;
}

/** For a picture that extends beyond the window, the visible part counts. */
const anyPart = 0;

/** Bright once a press is enough. Before that, and where another outline covers it, the person is asked again. */
function Outline({ element, number, onPress }: OutlineProps) {
  const button = useRef<HTMLButtonElement>(null);
  const isSeen = useSight(button, anyPart);
  const { left, top, width, height } = boxOf(element);
  const isShown = element.isConnected && width > 0;
  return (
    <button
      ref={button}
      type="button"
      class={isSeen || !canTellSight ? 'outline' : 'outline dim'}
      hidden={!isShown}
      aria-label={translate('offerOne', element.getAttribute('alt') || number)}
      style={{ left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` }}
      onClick={() => onPress(isSeen)}
    />
  );
}

/** Redraws in each frame: no event covers every reason why an element moves. */
function useFrames(): void {
  const [, setFrame] = useState(0);
  useEffect(() => {
    let request = requestAnimationFrame(function look(time) {
      setFrame(time);
      request = requestAnimationFrame(look);
    });
    return () => cancelAnimationFrame(request);
  }, []);
}

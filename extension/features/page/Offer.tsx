import { useEffect, useRef, useState } from 'preact/hooks';
import { translate } from '../../ui/translate.ts';
import { boxOf } from './placement.ts';

interface OfferProps {
  elements: readonly Element[];
  /** Undefined: none of them. */
  onChoose(element: Element | undefined): void;
}

/** Outlines pictures, where nobody else can tell which one is meant: the person presses one. */
export function Offer({ elements, onChoose }: OfferProps) {
  const bar = useRef<HTMLDivElement>(null);
  useFrames();
  useEffect(() => {
    bar.current?.focus({ preventScroll: true });
    // The page may have the focus again by then.
    const onKey = (event: KeyboardEvent) => {
      if (!event.isTrusted || event.key !== 'Escape') return;
      event.stopImmediatePropagation();
      onChoose(undefined);
    };
    addEventListener('keydown', onKey, true);
    return () => removeEventListener('keydown', onKey, true);
  }, []);
  return (
    <>
      {elements.map((element, index) => {
        const { left, top, width, height } = boxOf(element);
        if (!element.isConnected || width === 0) return null;
        return (
          <button
            // The list stays as it is for as long as it is on offer.
            key={`${index}`}
            type="button"
            class="outline"
            aria-label={translate('offerOne', element.getAttribute('alt') || index + 1)}
            style={{ left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` }}
            onClick={() => onChoose(element)}
          />
        );
      })}
      <div ref={bar} class="bar" role="dialog" aria-label={translate('offerTitle')} tabIndex={-1}>
        <span data-words={translate('offerTitle')} />
        <button type="button" onClick={() => onChoose(undefined)} data-words={translate('cancel')} />
      </div>
    </>
  );
}

/** Draws anew with each frame: no event tells of every reason for which an element moves. */
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

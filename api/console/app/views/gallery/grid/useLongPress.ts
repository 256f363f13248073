import type { TargetedEvent, TargetedPointerEvent } from 'preact';
import { useMemo, useRef } from 'preact/hooks';

/** As long as phones take it for one, and the way that a finger trembles meanwhile. */
const [pressMs, mostPixels] = [450, 10];

/** For what a finger does by staying; the press that ends it is none. A mouse has other ways. */
export function useLongPress(onLongPress: () => void) {
  const latest = useRef(onLongPress);
  latest.current = onLongPress;
  return useMemo(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let from = { x: 0, y: 0 };
    let isTouch = false;
    let wasLong = false;
    const end = () => clearTimeout(timer);
    return {
      /** What a finger drags is the list. */
      isByFinger: () => isTouch,
      /** Whether the press that just came ends a long one. */
      takeLong(): boolean {
        const was = wasLong;
        wasLong = false;
        return was;
      },
      handlers: {
        onPointerDown({ pointerType, isPrimary, clientX, clientY }: TargetedPointerEvent<HTMLElement>) {
          end();
          wasLong = false;
          isTouch = pointerType === 'touch';
          if (!isTouch || !isPrimary) return;
          from = { x: clientX, y: clientY };
          timer = setTimeout(() => {
            wasLong = true;
            latest.current();
          }, pressMs);
        },
        onPointerMove({ clientX, clientY }: TargetedPointerEvent<HTMLElement>) {
          if (Math.hypot(clientX - from.x, clientY - from.y) > mostPixels) end();
        },
        onPointerUp: end,
        onPointerCancel: end,
        // The browser's own menu for a link comes by the same press.
        onContextMenu(event: TargetedEvent<HTMLElement>) {
          if (isTouch) event.preventDefault();
        },
      },
    };
  }, []);
}

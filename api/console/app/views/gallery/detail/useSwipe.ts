import type { TargetedPointerEvent } from 'preact';
import { useMemo, useRef } from 'preact/hooks';

export type Way = 'left' | 'right' | 'up' | 'down';

/** What a finger draws to each side; undefined: it springs back. */
export type Swipes = Partial<Record<Way, (() => void) | undefined>>;

/** Where it is known whether a finger goes sideways, and from where on it means it. */
const [decidedPixels, meantPixels] = [10, 64];
/** Of a film's own controls, at its lower edge. */
const controlPixels = 72;

/** The place of a picture follows the finger, in `--drag-x` and `--drag-y`; nothing is drawn anew meanwhile. */
export function useSwipe(swipes: Swipes) {
  const latest = useRef(swipes);
  latest.current = swipes;
  return useMemo(() => {
    let held: { id: number; x: number; y: number; isSideways?: boolean } | undefined;
    const show = (place: HTMLElement, x: number, y: number) => {
      place.style.setProperty('--drag-x', `${x}px`);
      place.style.setProperty('--drag-y', `${y}px`);
    };
    const letGo = (place: HTMLElement) => {
      held = undefined;
      delete place.dataset.dragged;
      show(place, 0, 0);
    };
    return {
      onPointerDown(event: TargetedPointerEvent<HTMLElement>) {
        const { pointerType, isPrimary, pointerId: id, clientX: x, clientY: y, currentTarget } = event;
        // A second finger zooms, and a zoomed picture is moved by the browser.
        if (!isPrimary) return letGo(currentTarget);
        const isZoomed = (visualViewport?.scale ?? 1) > 1.01;
        if (pointerType === 'touch' && !isZoomed && !isControl(event)) held = { id, x, y };
      },
      onPointerMove({ pointerId, clientX, clientY, currentTarget }: TargetedPointerEvent<HTMLElement>) {
        if (held?.id !== pointerId) return;
        const [x, y] = [clientX - held.x, clientY - held.y];
        if (held.isSideways === undefined && Math.hypot(x, y) < decidedPixels) return;
        held.isSideways ??= Math.abs(x) > Math.abs(y);
        currentTarget.dataset.dragged = '';
        show(currentTarget, held.isSideways ? x : 0, held.isSideways ? 0 : y);
      },
      onPointerUp({ pointerId, clientX, clientY, currentTarget }: TargetedPointerEvent<HTMLElement>) {
        if (held?.id !== pointerId) return;
        const moved = held.isSideways ? clientX - held.x : clientY - held.y;
        const [back, forth]: [Way, Way] = held.isSideways ? ['left', 'right'] : ['up', 'down'];
        letGo(currentTarget);
        if (Math.abs(moved) >= meantPixels) latest.current[moved < 0 ? back : forth]?.();
      },
      onPointerCancel: ({ currentTarget }: TargetedPointerEvent<HTMLElement>) => letGo(currentTarget),
    };
  }, []);
}

function isControl({ target, clientY }: TargetedPointerEvent<HTMLElement>): boolean {
  if (target instanceof HTMLVideoElement)
    return clientY > target.getBoundingClientRect().bottom - controlPixels;
  return target instanceof Element && target.closest('button, a, audio, .sg-body') !== null;
}

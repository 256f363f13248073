import { useLayoutEffect } from 'preact/hooks';

interface Point {
  x: number;
  y: number;
}

export type StageRef = { current: HTMLDivElement | null };

interface Sized {
  setStage(size: { width: number; height: number }): void;
}

/** Tells how large the stage is, at once and whenever it changes. */
export function useStageSize(session: Sized, stage: StageRef): void {
  useLayoutEffect(() => {
    const element = stage.current;
    if (!element) return;
    const measure = () => session.setStage({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [session]);
}

interface StageRingProps {
  class: string;
  at: Point;
  size: number;
  /** It is moved by keys, and drawn so that it is seen. */
  isByKeys: boolean;
}

/** How wide the brush is, where it is. */
export const StageRing = ({ class: name, at, size, isByKeys }: StageRingProps) => (
  <span
    class={name}
    data-keys={isByKeys || undefined}
    style={{
      width: `${size}px`,
      height: `${size}px`,
      transform: `translate(${at.x}px, ${at.y}px) translate(-50%, -50%)`,
    }}
  />
);

/** What a pointer does, with its place on the stage. */
export interface Touch extends Point {
  id: number;
  kind: 'mouse' | 'pen' | 'touch';
  button: number;
  pressure: number;
  /** Shift is held: what it covers is added. */
  isAdding?: boolean;
  /** Alt is held: what it covers is taken away. */
  isTaking?: boolean;
}

export interface StageGestures {
  down(touch: Touch, isMoving: boolean): void;
  /** @param passed all places since the last call, the last one being where it is */
  move(id: number, passed: readonly Touch[]): void;
  up(id: number): void;
}

/** @param hasSpace whether Space is held, with which a pointer moves what is shown */
export function useStagePointers(
  create: () => StageGestures,
  { stage, session, hasSpace }: { stage: StageRef; session: unknown; hasSpace: { current: boolean } },
): void {
  useLayoutEffect(() => {
    const element = stage.current;
    if (!element) return;
    const gestures = create();
    const ended = new AbortController();
    const listen = <Name extends 'pointerdown' | 'pointermove' | 'pointerup' | 'pointercancel'>(
      name: Name,
      react: (event: HTMLElementEventMap[Name]) => void,
    ) => element.addEventListener(name, react, { signal: ended.signal });
    listen('pointerdown', (event) => {
      // A button that lies on the stage is its own.
      if ((event.target as Element).closest('button')) return;
      element.setPointerCapture(event.pointerId);
      element.focus({ preventScroll: true });
      event.preventDefault();
      gestures.down(readTouch(event, element), hasSpace.current);
    });
    listen('pointermove', (event) => {
      // Between two frames a pen reports many places.
      const all = event.getCoalescedEvents?.() ?? [];
      const passed = all.length > 0 ? all : [event];
      gestures.move(
        event.pointerId,
        passed.map((one) => readTouch(one, element)),
      );
    });
    listen('pointerup', ({ pointerId }) => gestures.up(pointerId));
    listen('pointercancel', ({ pointerId }) => gestures.up(pointerId));
    return () => ended.abort();
  }, [session]);
}

function readTouch(event: PointerEvent, element: HTMLElement): Touch {
  const { left, top } = element.getBoundingClientRect();
  const kind = event.pointerType === 'pen' || event.pointerType === 'touch' ? event.pointerType : 'mouse';
  return {
    id: event.pointerId,
    kind,
    button: event.button,
    pressure: event.pressure,
    isAdding: event.shiftKey,
    isTaking: event.altKey,
    x: event.clientX - left,
    y: event.clientY - top,
  };
}

/** One notch of a wheel is a fifth. A touchpad sends many small steps. */
const wheelSpeed = 0.002;

/** The wheel zooms, and moves sideways where what is shown has no end. */
export function useStageWheel(
  session: { zoom(factor: number, at: Point): void; panBy?(by: Point): void },
  stage: StageRef,
): void {
  useLayoutEffect(() => {
    const element = stage.current;
    if (!element) return;
    const turn = (event: WheelEvent) => {
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 40 : 1;
      if (session.panBy && (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))) {
        const across = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
        const down = event.shiftKey ? 0 : event.deltaY;
        session.panBy({ x: -across * lines, y: -down * lines });
        return;
      }
      const { left, top } = element.getBoundingClientRect();
      const speed = event.ctrlKey ? wheelSpeed * 4 : wheelSpeed;
      session.zoom(Math.exp(-event.deltaY * lines * speed), {
        x: event.clientX - left,
        y: event.clientY - top,
      });
    };
    // Preact listens passively, where the page would scroll too.
    element.addEventListener('wheel', turn, { passive: false });
    return () => element.removeEventListener('wheel', turn);
  }, [session]);
}

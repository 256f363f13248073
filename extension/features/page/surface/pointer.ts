/** A place in CSS pixels of the viewport. */
export interface PointerPlace {
  x: number;
  y: number;
}

export interface PointerWatch {
  /** Undefined outside of the window, and before it has moved. */
  readonly place: PointerPlace | undefined;
  start(): void;
  stop(): void;
}

/** Follows the person's pointer; events that scripts of the page make are ignored. */
export function watchPointer(): PointerWatch {
  let place: PointerPlace | undefined;
  let ended: AbortController | undefined;
  const move = (event: PointerEvent, next: PointerPlace | undefined) => {
    if (event.isTrusted) place = next;
  };
  return {
    get place() {
      return place;
    },
    start() {
      if (ended) return;
      ended = new AbortController();
      const options = { capture: true, passive: true, signal: ended.signal };
      const follow = (event: PointerEvent) => move(event, { x: event.clientX, y: event.clientY });
      addEventListener('pointermove', follow, options);
      addEventListener('pointerover', follow, options);
      addEventListener('pointerout', (event) => event.relatedTarget || move(event, undefined), options);
    },
    stop() {
      ended?.abort();
      ended = undefined;
    },
  };
}

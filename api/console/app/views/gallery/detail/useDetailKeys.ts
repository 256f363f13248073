import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** What can be done with the picture in view; undefined for what cannot be done with this one. */
export interface DetailActions {
  close(): void;
  toggleFacts(): void;
  previous: (() => void) | undefined;
  next: (() => void) | undefined;
  compare: (() => void) | undefined;
  favourite: (() => void) | undefined;
  remove: (() => void) | undefined;
}

const keys: Readonly<Record<string, keyof DetailActions>> = {
  Escape: 'close',
  ArrowLeft: 'previous',
  ArrowRight: 'next',
  f: 'favourite',
  c: 'compare',
  i: 'toggleFacts',
  Delete: 'remove',
};

/** Keys count wherever the focus is, except in a field, in a film's controls and in what lies above the view. */
export function useDetailKeys(
  place: RefObject<HTMLElement | null>,
  actions: DetailActions,
  isActive: boolean,
): void {
  const latest = useRef(actions);
  latest.current = actions;
  const active = useRef(isActive);
  active.current = isActive;
  useLayoutEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      const isElsewhere = target !== document.body && !place.current?.contains(target);
      if (
        !active.current ||
        event.defaultPrevented ||
        isElsewhere ||
        target.closest('input, textarea, select')
      )
        return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const name = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!name || (target instanceof HTMLVideoElement && event.key.startsWith('Arrow'))) return;
      event.preventDefault();
      latest.current[name]?.();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
}

import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Step } from '../results/listGroups.ts';

const steps: Readonly<Record<string, Step>> = {
  ArrowRight: 'next',
  ArrowLeft: 'previous',
  ArrowDown: 'down',
  ArrowUp: 'up',
};

/** What moves by arrows itself, or lies above the view. */
const others =
  'input, textarea, select, video, summary, dialog, [contenteditable], [role=dialog], [role=menu], [role=menuitem], [role=application], [role=slider], [role=listbox]';

/** The arrow keys go through the session wherever the focus is, except in what has a use of its own for them. */
export function useStageKeys(onStep: (step: Step) => boolean): void {
  const latest = useRef(onStep);
  latest.current = onStep;
  useLayoutEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const step = steps[event.key];
      if (!step || event.defaultPrevented) return;
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      const target = event.target instanceof Element ? event.target : undefined;
      if (target?.closest(others) || document.querySelector('dialog[open], [role=dialog]')) return;
      if (latest.current(step)) event.preventDefault();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
}

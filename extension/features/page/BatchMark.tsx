import { translate } from '../../i18n/translate.ts';
import type { Box } from './surface/placement.ts';

interface BatchMarkProps {
  box: Box;
  number: number;
  isOut: boolean;
  onToggle(): void;
}

/** An outline with a number; a press leaves the picture out, another includes it again. */
export function BatchMark({ box, number, isOut, onToggle }: BatchMarkProps) {
  const { left, top, width, height } = box;
  return (
    <button
      type="button"
      class={`outline${isOut ? ' out' : ''}`}
      aria-pressed={!isOut}
      aria-label={translate('offerOne', number)}
      style={{ left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` }}
      onClick={onToggle}
    >
      <span class="number" data-words={String(number)} />
    </button>
  );
}

import { Icon } from '@star-graph/ui/Icon.tsx';
import { Check } from 'lucide';
import { texts } from '../texts.ts';
import { useLongPress } from './useLongPress.ts';

interface Choosing {
  /** A press on a picture chooses it, since others are chosen already. */
  isSelecting: boolean;
  onToggle(reaches: boolean): void;
}

/** A picture's link chooses it by shift, by a finger that stays, and by a press while others are chosen. */
export function useChoosing({ isSelecting, onToggle }: Choosing) {
  const { handlers, takeLong, isByFinger } = useLongPress(() => onToggle(false));
  const onClick = (event: MouseEvent) => {
    const endsLong = takeLong();
    if (!event.shiftKey && !isSelecting && !endsLong) return;
    // Neither the browser nor the router follows it.
    event.preventDefault();
    event.stopPropagation();
    if (!endsLong) onToggle(event.shiftKey);
  };
  return { link: { ...handlers, onClick }, isByFinger };
}

interface TileCheckProps extends Pick<Choosing, 'onToggle'> {
  name: string;
  isSelected: boolean;
}

/** The corner that chooses. */
export const TileCheck = ({ name, isSelected, onToggle }: TileCheckProps) => (
  // biome-ignore lint/a11y/useSemanticElements: an input of the browser takes no shift with its change.
  <button
    type="button"
    class="tile-check"
    role="checkbox"
    aria-checked={isSelected}
    aria-label={texts.select(name)}
    onClick={(event) => onToggle(event.shiftKey)}
  >
    <Icon icon={Check} />
  </button>
);

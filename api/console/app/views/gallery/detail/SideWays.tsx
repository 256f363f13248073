import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { ChevronLeft, ChevronRight } from 'lucide';

interface SideWaysProps {
  /** Undefined at the end of the list. */
  previous: (() => void) | undefined;
  next: (() => void) | undefined;
  texts: { previous: string; next: string };
  side: string;
}

/** The ways to the pictures before and after the one that is looked at. */
export const SideWays = ({ previous, next, texts, side }: SideWaysProps) => (
  <>
    {previous && (
      <IconButton
        look="glass"
        icon={ChevronLeft}
        label={texts.previous}
        class={`${side}-side ${side}-previous`}
        onClick={previous}
      />
    )}
    {next && (
      <IconButton
        look="glass"
        icon={ChevronRight}
        label={texts.next}
        class={`${side}-side ${side}-next`}
        onClick={next}
      />
    )}
  </>
);

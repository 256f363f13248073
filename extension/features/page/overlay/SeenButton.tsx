import { Icon } from '@star-graph/ui/Icon.tsx';
import type { IconNode } from 'lucide';
import { useEffect, useRef, useState } from 'preact/hooks';
import { translate } from '../../../i18n/translate.ts';
import { canTellSight, watchSight } from './sight.ts';

interface SeenButtonProps {
  label: string;
  /** Drawn in place of the words. */
  icon?: IconNode;
  isMain?: boolean;
  /** A press counts even if the button was not seen: it costs nothing yet. */
  isFree?: boolean;
  onPress(isSeen: boolean): void;
}

/**
 * A button for what costs credits, loses work or sends a picture. It counts a press only after the person could see
 * it for a moment, uncovered and undistorted; a button with a new text has to be seen again. Where the browser cannot
 * tell, the press is marked as such.
 */
export const SeenButton = (props: SeenButtonProps) => <Button key={props.label} {...props} />;

function Button(props: SeenButtonProps) {
  const button = useRef<HTMLButtonElement>(null);
  const isSeen = useSight(button);
  const isReady = isSeen || props.isFree || !canTellSight;
  const { label, icon, isMain } = props;
  return (
    <button
      ref={button}
      type="button"
      class={isMain ? 'main' : icon && 'tool'}
      aria-disabled={!isReady}
      title={isReady ? icon && label : translate('coveredButton')}
      onClick={() => isReady && props.onPress(isSeen)}
      {...(icon ? { 'aria-label': label } : { 'data-words': label })}
    >
      {icon && <Icon icon={icon} />}
    </button>
  );
}

/** @param seenPart of the element, inside of the window; without it a button's */
export function useSight(element: { current: Element | null }, seenPart?: number): boolean {
  const [isSeen, setSeen] = useState(false);
  useEffect(
    () => (element.current && canTellSight ? watchSight(element.current, setSeen, seenPart) : undefined),
    [],
  );
  return isSeen;
}

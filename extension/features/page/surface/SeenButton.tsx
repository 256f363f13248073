import { useEffect, useRef, useState } from 'preact/hooks';
import { translate } from '../../../i18n/translate.ts';
import { canTellSight, watchSight } from './sight.ts';

interface SeenButtonProps {
  label: string;
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
  return (
    <button
      ref={button}
      type="button"
      class={props.isMain ? 'main' : undefined}
      aria-disabled={!isReady}
      title={isReady ? undefined : translate('coveredButton')}
      onClick={() => isReady && props.onPress(isSeen)}
      data-words={props.label}
    />
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

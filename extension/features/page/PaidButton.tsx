import { useEffect, useRef, useState } from 'preact/hooks';
import { translate } from '../../ui/translate.ts';
import { canTellSight, watchSight } from './sight.ts';

/**
 * A button for what costs credits. It counts a press only once the person can have seen it for a moment, uncovered and
 * undisguised. Where the browser cannot tell, it says so of the press.
 */
export function PaidButton(props: { label: string; isMain?: boolean; onPress(isSeen: boolean): void }) {
  const button = useRef<HTMLButtonElement>(null);
  const [isSeen, setSeen] = useState(false);
  useEffect(() => (button.current && canTellSight ? watchSight(button.current, setSeen) : undefined), []);
  const isReady = isSeen || !canTellSight;
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

import { Icon } from '@star-graph/ui/Icon.tsx';
import { ImageUpscale } from 'lucide';
import type { Ref } from 'preact';
import { useState } from 'preact/hooks';
import { translate } from '../../i18n/translate.ts';
import { isSpentAtOnce, type PictureAction, pictureActions } from '../runs/pictureActions.ts';
import type { Box } from './overlay/placement.ts';
import { SeenButton } from './overlay/SeenButton.tsx';

interface HoverButtonProps {
  box: Box;
  button: Ref<HTMLButtonElement>;
  /** Reports whether the pointer is over it or the focus is in it. */
  held: { pointer: boolean; focus: boolean };
  onPress(action: PictureAction, isSeen: boolean): void;
  onEscape(): void;
  /** The focus is about to leave it, to the element after the picture or, backwards, to the picture itself. */
  onLeave(isBackwards: boolean, event: KeyboardEvent): void;
}

const sidePx = 32;
const gapPx = 6;
const menuWidthPx = 280;
const menuHeightPx = 371;

/** In the corner of the picture, as far as the window shows that. */
function placeButton(box: Box): { left: number; top: number } {
  const right = Math.min(innerWidth, box.left + box.width);
  return { left: right - sidePx - gapPx, top: Math.max(0, box.top) + gapPx };
}

function placeMenu({ left, top }: { left: number; top: number }): { left: number; top: number } {
  const beneath = top + sidePx + gapPx;
  const above = top - gapPx - menuHeightPx;
  const aligned = Math.max(gapPx, left + sidePx - menuWidthPx);
  if (beneath + menuHeightPx <= innerHeight) return { left: aligned, top: beneath };
  if (above >= gapPx) return { left: aligned, top: above };
  // Beside the button, in a window as low as one at 200 %.
  return {
    left: Math.max(gapPx, left - gapPx - menuWidthPx),
    top: Math.max(gapPx, innerHeight - gapPx - menuHeightPx),
  };
}

const toStyle = ({ left, top }: { left: number; top: number }) => ({ left: `${left}px`, top: `${top}px` });

/** A button on a picture; a press opens the entries of the browser menu. */
export function HoverButton({ box, button, held, ...on }: HoverButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const place = placeButton(box);
  const label = translate('pictureActions');
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') on.onEscape();
    const pressed = event.target as HTMLElement;
    const isFirst = pressed.matches('.corner');
    const isLast = isOpen ? pressed.matches('.menu > :last-child') : isFirst;
    if (event.key === 'Tab' && (event.shiftKey ? isFirst : isLast)) on.onLeave(event.shiftKey, event);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is pressed are the buttons inside
    <div
      onPointerEnter={() => Object.assign(held, { pointer: true })}
      onPointerLeave={() => Object.assign(held, { pointer: false })}
      onFocusIn={() => Object.assign(held, { focus: true })}
      onFocusOut={() => Object.assign(held, { focus: false })}
      onKeyDown={onKeyDown}
    >
      <button
        ref={button}
        type="button"
        class="corner"
        style={toStyle(place)}
        aria-label={label}
        aria-expanded={isOpen}
        title={label}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon icon={ImageUpscale} size={20} />
      </button>
      {isOpen && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form
        <div class="menu" role="group" aria-label={label} style={toStyle(placeMenu(place))}>
          {Object.entries(pictureActions).map(([action, { title, work }]) => (
            <SeenButton
              key={action}
              label={translate(title)}
              isFree={!isSpentAtOnce(work)}
              onPress={(isSeen) => on.onPress(action as PictureAction, isSeen)}
            />
          ))}
        </div>
      )}
    </div>
  );
}

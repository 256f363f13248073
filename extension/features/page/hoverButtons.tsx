import { createRef } from 'preact';
import type { PictureAction } from '../runs/pictureActions.ts';
import { HoverButton } from './HoverButton.tsx';
import { surfaceStyle } from './overlay/overlayStyle.ts';
import { type Box, boxOf, createPlacement, isInside, isSameBox } from './overlay/placement.ts';
import { createSurfaces } from './overlay/surface.ts';
import { findStanding } from './overlay/topLayer.ts';
import { findPictureAt, findPictureIn } from './pictures/findPictures.ts';
import { findDeepest } from './pictures/shadowRoots.ts';
import { whatIsOn } from './pictures/world.ts';

/** Smaller pictures are thumbnails and icons, which a button would cover. */
const smallestSidePx = 96;

/** The picture that has the button now. */
interface Shown {
  picture: Element;
  box: Box;
  /** The page's focused element, if the focus and not the pointer leads to the picture. */
  anchor?: HTMLElement;
}

/**
 * Shows a button on the picture under the pointer or with keyboard focus; from there the next Tab goes to the button.
 * @param belowPx of the shorter side: larger pictures have none
 * @returns ends it, at once
 */
export function showHoverButtons(
  onPress: (picture: Element, action: PictureAction, isSeen: boolean) => void,
  belowPx: number,
): () => void {
  const surfaces = createSurfaces(surfaceStyle);
  const button = createRef<HTMLButtonElement>();
  const ended = new AbortController();
  const pointer: Pointer = { x: 0, y: 0, isInWindow: false };
  const held = { pointer: false, focus: false };
  let shown: Shown | undefined;
  /** Escape hid its button, until the person has been elsewhere. */
  let dismissed: Element | undefined;
  let request: number | undefined;

  const hide = () => {
    shown = undefined;
    Object.assign(held, { pointer: false, focus: false });
    placement.stop();
    surfaces.remove();
  };
  const draw = ({ picture, box, anchor }: Shown) => {
    const view = (
      <HoverButton
        box={box}
        button={button}
        held={held}
        onPress={(action, isSeen) => {
          hide();
          onPress(picture, action, isSeen);
        }}
        onEscape={() => {
          hide();
          dismissed = picture;
          anchor?.focus({ preventScroll: true });
        }}
        onLeave={(isBackwards, event) => anchor && leaveTo(anchor, isBackwards, event)}
      />
    );
    surfaces.draw([{ standing: findStanding(picture), view }]);
  };
  const show = (picture: Element | undefined, anchor?: HTMLElement) => {
    if (picture && picture === dismissed) return;
    dismissed = undefined;
    if (shown && (picture ? shown.picture === picture && !anchor : shown.anchor)) return;
    if (!picture || !isLarge(boxOf(picture)) || shortSideOf(picture) >= belowPx || whatIsOn(picture))
      return hide();
    hide();
    shown = { picture, box: boxOf(picture), ...(anchor ? { anchor } : {}) };
    draw(shown);
    placement.start();
  };
  // A page may scroll its picture away from a resting pointer.
  const placement = createPlacement(() => {
    if (!shown) return;
    const box = boxOf(shown.picture);
    if (!isKept({ ...shown, box }, held, pointer)) return hide();
    if (isSameBox(box, shown.box) && surfaces.isIntact()) return;
    shown.box = box;
    draw(shown);
  });
  const look = () => {
    request = undefined;
    if (held.pointer || !pointer.isInWindow) return;
    show(findPictureAt(findDeepest(pointer.x, pointer.y)));
  };

  listenToPerson(ended.signal, {
    onPointer(place) {
      Object.assign(pointer, place);
      request ??= requestAnimationFrame(look);
    },
    onFocus(anchor) {
      const picture = findPictureIn(anchor);
      if (picture) show(picture, anchor);
      else dismissed = undefined;
    },
    onTab(event) {
      if (shown?.anchor?.matches(':focus')) enterBy(event, button.current);
    },
  });
  return () => {
    ended.abort();
    if (request !== undefined) cancelAnimationFrame(request);
    hide();
  };
}

/** Whether the person is still at the picture, or at its button. */
function isKept(shown: Shown, held: { pointer: boolean; focus: boolean }, pointer: Pointer): boolean {
  const { picture, box, anchor } = shown;
  if (!picture.isConnected || !isLarge(box) || whatIsOn(picture)) return false;
  if (anchor) return held.focus || anchor.matches(':focus');
  return held.pointer || (pointer.isInWindow && isInside(pointer, box));
}

/** This Tab leads to the button and nowhere else. */
function enterBy(event: KeyboardEvent, button: HTMLButtonElement | null): void {
  event.preventDefault();
  button?.focus({ preventScroll: true });
}

function leaveTo(anchor: HTMLElement, isBackwards: boolean, event: KeyboardEvent): void {
  if (isBackwards) event.preventDefault();
  // Forwards, the browser continues from there.
  anchor.focus({ preventScroll: true });
}

interface Pointer {
  x: number;
  y: number;
  isInWindow: boolean;
}

/** Events made by page scripts are ignored. */
function listenToPerson(
  signal: AbortSignal,
  heard: {
    onPointer(place: Partial<Pointer>): void;
    /** The button was reached by keys. */
    onFocus(element: HTMLElement): void;
    /** Forwards. */
    onTab(event: KeyboardEvent): void;
  },
): void {
  const listen = <Type extends keyof WindowEventMap>(
    type: Type,
    take: (event: WindowEventMap[Type]) => void,
    passive = true,
  ) => {
    const takeOfPerson = (event: WindowEventMap[Type]) => event.isTrusted && take(event);
    addEventListener(type, takeOfPerson, { capture: true, passive, signal });
  };
  for (const type of ['pointermove', 'pointerover'] as const)
    listen(type, ({ clientX: x, clientY: y, pointerType }) => {
      // On a touch screen a long press opens the menu.
      if (pointerType !== 'touch') heard.onPointer({ x, y, isInWindow: true });
    });
  listen('pointerout', ({ relatedTarget }) => {
    if (!relatedTarget) heard.onPointer({ isInWindow: false });
  });
  listen('focusin', (event) => {
    const target = event.composedPath()[0];
    if (target instanceof HTMLElement && target.matches(':focus-visible')) heard.onFocus(target);
  });
  listen('keydown', (event) => event.key === 'Tab' && !event.shiftKey && heard.onTab(event), false);
}

/** In its own pixels; unknown of backgrounds. */
function shortSideOf(picture: Element): number {
  if (picture instanceof HTMLImageElement) return Math.min(picture.naturalWidth, picture.naturalHeight);
  return picture instanceof HTMLCanvasElement ? Math.min(picture.width, picture.height) : 0;
}

const isLarge = ({ width, height }: Box): boolean => Math.min(width, height) >= smallestSidePx;

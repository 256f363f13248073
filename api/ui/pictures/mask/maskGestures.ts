import type { StageGestures, Touch } from '../stageParts.tsx';
import type { MaskSession } from './maskSession.ts';
import { type Place, widthAt } from './maskStrokes.ts';
import { panBy, pinch, toPicture } from './maskView.ts';

const middleButton = 1;
const penEraser = 5;

/**
 * One finger, pen or button paints; two fingers move and zoom, as does one finger beside a pen, since it is the hand that
 * holds it. A stroke that turns out to be the first of two fingers leaves nothing.
 */
export function createGestures(session: MaskSession): StageGestures {
  const places = new Map<number, Place>();
  let mode: 'none' | 'paint' | 'pan' | 'pinch' = 'none';
  let hasPen = false;
  const { view, picture, stage } = session;
  const point = (touch: Touch) => ({
    ...toPicture(view.value, touch),
    width: widthAt(session.brush.value, touch.kind === 'pen' ? touch.pressure : undefined),
  });
  const begin = (touch: Touch) => {
    const isErasing = touch.isTaking || touch.button === penEraser || undefined;
    const tool = session.tool.value;
    if (tool === 'fill' || tool === 'wand') return session.fillAt(toPicture(view.value, touch), isErasing);
    mode = 'paint';
    session.beginStroke(point(touch), isErasing);
  };
  return {
    down: (touch, isMoving) => {
      hasPen ||= touch.kind === 'pen';
      session.isByKeys.value = false;
      session.cursor.value = toPicture(view.value, touch);
      places.set(touch.id, touch);
      if (places.size === 2) {
        if (mode === 'paint') session.dropStroke();
        mode = 'pinch';
      }
      if (places.size > 1) return;
      const isHand = hasPen && touch.kind === 'touch';
      if (isMoving || isHand || touch.button === middleButton) mode = 'pan';
      else if (touch.button === 0 || touch.button === penEraser) begin(touch);
    },
    move: (id, passed) => {
      const now = passed.at(-1);
      if (!now) return;
      const before = places.get(id);
      if (before === undefined) {
        session.isByKeys.value = false;
        session.cursor.value = toPicture(view.value, now);
        return;
      }
      const others = [...places].filter(([other]) => other !== id).map(([, place]) => place);
      places.set(id, now);
      if (mode === 'paint') session.continueStroke(passed.map(point));
      if (mode === 'pan')
        view.value = panBy(view.value, { x: now.x - before.x, y: now.y - before.y }, picture, stage.value);
      const [other] = others;
      if (mode === 'pinch' && other)
        view.value = pinch(view.value, [other, before], [other, now], picture, stage.value);
      session.cursor.value = toPicture(view.value, now);
    },
    up: (id) => {
      if (!places.delete(id)) return;
      if (mode === 'paint') session.endStroke();
      // The finger that stays after a pinch does not begin to paint.
      if (places.size === 0 || mode === 'paint') mode = 'none';
    },
  };
}

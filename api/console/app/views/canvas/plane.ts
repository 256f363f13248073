import type { Rect } from './engine/tiles.ts';

/** How the endless plane is moved into the stage: stage = plane × scale + offset. */
export interface PlaneView {
  x: number;
  y: number;
  scale: number;
}

export interface Place {
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

const leastScale = 0.05;
const mostScale = 32;

export const toPlane = (view: PlaneView, { x, y }: Place): Place => ({
  x: (x - view.x) / view.scale,
  y: (y - view.y) / view.scale,
});

export const toStage = (view: PlaneView, { x, y }: Place): Place => ({
  x: x * view.scale + view.x,
  y: y * view.scale + view.y,
});

/** Zooms so that the place under the finger stays under it. */
export function zoomAt(view: PlaneView, at: Place, factor: number): PlaneView {
  const scale = Math.min(mostScale, Math.max(leastScale, view.scale * factor));
  const fixed = toPlane(view, at);
  return { scale, x: at.x - fixed.x * scale, y: at.y - fixed.y * scale };
}

export const panBy = (view: PlaneView, by: Place): PlaneView => ({
  ...view,
  x: view.x + by.x,
  y: view.y + by.y,
});

/** Two fingers: the plane follows their middle and their distance. */
export function pinch(
  view: PlaneView,
  before: readonly [Place, Place],
  after: readonly [Place, Place],
): PlaneView {
  const middle = ([a, b]: readonly [Place, Place]) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
  const distance = ([a, b]: readonly [Place, Place]) => Math.max(1, Math.hypot(a.x - b.x, a.y - b.y));
  const [from, to] = [middle(before), middle(after)];
  return zoomAt(panBy(view, { x: to.x - from.x, y: to.y - from.y }), to, distance(after) / distance(before));
}

/** What lies on the stage above and below. */
const headPixels = 96;
const footPixels = 72;
const sidePixels = 24;

/** Shows all of a rectangle with some room around it. */
export function fitTo(rect: Rect, stage: Size): PlaneView {
  const room = {
    width: Math.max(64, stage.width - 2 * sidePixels),
    height: Math.max(64, stage.height - headPixels - footPixels),
  };
  const wanted = Math.min(room.width / rect.width, room.height / rect.height);
  const scale = Math.min(2, Math.max(leastScale, wanted));
  return {
    scale,
    x: stage.width / 2 - (rect.x + rect.width / 2) * scale,
    y: headPixels + room.height / 2 - (rect.y + rect.height / 2) * scale,
  };
}

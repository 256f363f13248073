import type { Place } from './maskStrokes.ts';

interface Box {
  width: number;
  height: number;
}

/** How the picture lies on the stage: its upper left corner, and screen pixels for each of its own. */
export interface MaskView extends Place {
  scale: number;
}

const marginPx = 16;
/** A pixel of the picture is at most this large. */
const mostScale = 16;

/** All of the picture, in the middle; a small one no larger than twice. */
export function fitView(picture: Box, stage: Box): MaskView {
  const room = {
    width: Math.max(1, stage.width - 2 * marginPx),
    height: Math.max(1, stage.height - 2 * marginPx),
  };
  const scale = Math.min(2, room.width / picture.width, room.height / picture.height);
  return {
    scale,
    x: (stage.width - picture.width * scale) / 2,
    y: (stage.height - picture.height * scale) / 2,
  };
}

export const toPicture = (view: MaskView, { x, y }: Place): Place => ({
  x: (x - view.x) / view.scale,
  y: (y - view.y) / view.scale,
});

export const toStage = (view: MaskView, { x, y }: Place): Place => ({
  x: x * view.scale + view.x,
  y: y * view.scale + view.y,
});

/** Zooms so that the place under the finger stays under it. */
export function zoomAt(view: MaskView, at: Place, factor: number, picture: Box, stage: Box): MaskView {
  const least = Math.min(1, fitView(picture, stage).scale);
  const scale = Math.min(mostScale, Math.max(least, view.scale * factor));
  const fixed = toPicture(view, at);
  return keepInSight({ scale, x: at.x - fixed.x * scale, y: at.y - fixed.y * scale }, picture, stage);
}

export const panBy = (view: MaskView, by: Place, picture: Box, stage: Box): MaskView =>
  keepInSight({ ...view, x: view.x + by.x, y: view.y + by.y }, picture, stage);

/** Two fingers: the picture follows their middle and their distance. */
export function pinch(
  view: MaskView,
  before: readonly [Place, Place],
  after: readonly [Place, Place],
  picture: Box,
  stage: Box,
): MaskView {
  const middle = ([a, b]: readonly [Place, Place]) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
  const distance = ([a, b]: readonly [Place, Place]) => Math.max(1, Math.hypot(a.x - b.x, a.y - b.y));
  const [from, to] = [middle(before), middle(after)];
  const moved = panBy(view, { x: to.x - from.x, y: to.y - from.y }, picture, stage);
  return zoomAt(moved, to, distance(after) / distance(before), picture, stage);
}

/** A part of the picture stays on the stage; one that fits into it stays in the middle. */
function keepInSight(view: MaskView, picture: Box, stage: Box): MaskView {
  const along = (at: number, size: number, room: number) =>
    size <= room
      ? (room - size) / 2
      : Math.min(marginPx + room / 4, Math.max(room - size - marginPx - room / 4, at));
  return {
    scale: view.scale,
    x: along(view.x, picture.width * view.scale, stage.width),
    y: along(view.y, picture.height * view.scale, stage.height),
  };
}

/** Moves just so far that the place can be seen. */
export function reveal(view: MaskView, place: Place, picture: Box, stage: Box): MaskView {
  const { x, y } = toStage(view, place);
  const beyond = (at: number, room: number) =>
    at < marginPx ? marginPx - at : at > room - marginPx ? room - marginPx - at : 0;
  const by = { x: beyond(x, stage.width), y: beyond(y, stage.height) };
  return by.x === 0 && by.y === 0 ? view : panBy(view, by, picture, stage);
}

import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { pressAll } from '../create/presses.ts';
import { addAsked } from './asked.ts';
import type { CanvasSession } from './canvasSession.ts';
import { uploadPixels } from './compose.ts';
import type { Control, Layer } from './engine/board.ts';
import type { Adjustment, Picture } from './engine/filters.ts';
import type { FilterOrder } from './engine/filterWorker.ts';
import { changeLayer, createLayer, placeOf, readLayer } from './engine/layers.ts';
import { mixSelected } from './engine/selection.ts';
import { noTiles, type Rect, writePixels } from './engine/tiles.ts';
import { numberOf } from './stateNumber.ts';
import { texts } from './texts.ts';
import { putLayer, type Workshop } from './workshop.ts';

/** Away from the page, whose strokes would wait. @throws where the worker ends */
async function filter(order: FilterOrder): Promise<Picture> {
  const worker = new Worker(new URL('./engine/filterWorker.ts', import.meta.url), { type: 'module' });
  try {
    return await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<Picture>) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage(order);
    });
  } finally {
    worker.terminate();
  }
}

/** A layer's pixels as they lie on the plane. */
function pictureOf(layer: Layer): { place: Rect; picture: Picture } | undefined {
  const place = placeOf(layer);
  return place && { place, picture: { ...place, bytes: readLayer(layer, place) } };
}

const asItLies = (layer: Layer, place: Rect, { bytes }: Picture): Layer => ({
  ...layer,
  x: 0,
  y: 0,
  scale: 1,
  turn: undefined,
  text: undefined,
  tiles: writePixels(noTiles, place, bytes),
});

/** A layer with its colours changed, within what is selected. A blur has room to reach beyond the edge. */
export async function adjustLayer(
  session: CanvasSession,
  layer: Layer,
  adjustment: Adjustment,
): Promise<Layer> {
  const found = placeOf(layer);
  if (!found) return layer;
  const room = Math.ceil(adjustment.blur) * 3;
  const place = {
    x: found.x - room,
    y: found.y - room,
    width: found.width + 2 * room,
    height: found.height + 2 * room,
  };
  const picture = { ...place, bytes: readLayer(layer, place) };
  const made = asItLies(layer, place, await filter({ adjust: adjustment, picture }));
  const { selection } = session.board.value;
  return selection ? mixSelected(layer, made, selection) : made;
}

/** A layer for models to follow: lines are drawn here, pose and depth are found by the workflow. */
export async function putControl(
  session: CanvasSession,
  layer: Layer,
  follow: Control['follow'],
): Promise<void> {
  const found = pictureOf(layer);
  if (!found) return;
  const isLines = follow === 'canny';
  const picture = isLines ? await filter({ lines: true, picture: found.picture }) : found.picture;
  const made = asItLies(layer, found.place, picture);
  const name = { canny: texts.lines, openpose: texts.pose, depth: texts.depth }[follow];
  const control: Control = { follow, reference: isLines ? 'map' : 'photo', strength: 1 };
  putLayer(session, { ...createLayer('control', name, made.tiles), control });
}

export const putReference = (session: CanvasSession, layer: Layer): boolean =>
  putLayer(session, {
    ...layer,
    id: crypto.randomUUID(),
    kind: 'reference',
    name: texts.reference,
    isLocked: false,
    blend: undefined,
    text: undefined,
  });

/** As a picture again, which is seen and sent as it is. */
export const usePicture = (session: CanvasSession, { id }: Layer): void =>
  session.change((board) => changeLayer(board, id, { kind: 'paint', control: undefined }));

/** Models see no opacity: what is empty would be black, and darken the edges beside it. */
function fillHoles(pixels: Uint8ClampedArray<ArrayBuffer>): Uint8ClampedArray<ArrayBuffer> {
  const filled = new Uint8ClampedArray(pixels);
  for (let at = 0; at < filled.length; at += 4) if (filled[at + 3] === 0) filled.fill(127, at, at + 3);
  return filled;
}

/** Of a place that a project can keep. */
const leastSide = 16;
const mostSide = 8_192;

/** What the platform does with a whole layer; the result is a candidate in its place. @throws what the server refused */
export async function askForLayer(
  { asked }: Workshop,
  layer: Layer,
  workflow: 'upscale' | 'remove-background',
): Promise<void> {
  const found = pictureOf(layer);
  if (!found) return void showToast({ text: texts.nothingToSave });
  const { place, picture } = found;
  const times = workflow === 'upscale' ? 2 : 1;
  if (
    Math.max(place.width, place.height) * times > mostSide ||
    Math.min(place.width, place.height) < leastSide
  )
    return void showToast({ tone: 'bad', text: texts.wrongSize });
  const image = await uploadPixels(place, fillHoles(picture.bytes));
  const frame = { ...place, width: place.width * times, height: place.height * times };
  const params = { image, ...(times > 1 && { scale: times }) };
  const wish = { workflow, params, count: 1, aspect: place.width / place.height };
  const onMade = (key: string) => {
    asked.value = addAsked(asked.value, { key, frame });
  };
  // The picture is sent anew with each press: two are equal where nothing was painted between them.
  pressAll([wish], { same: numberOf(layer), onMade });
}

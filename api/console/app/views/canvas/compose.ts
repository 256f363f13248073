import { encodeColourPng, encodeGreyPng } from '@star-graph/ui/pictures/mask/encodePng';
import { api } from '../../session/session.ts';
import { coverOf, flattenOpaque, readSituation, redrawnOf, type Situation } from './engine/blend.ts';
import type { Board, Control, Layer } from './engine/board.ts';
import { flatten, picturesOf, placeOf, readLayer, shownOf } from './engine/layers.ts';
import { noTiles, type Rect, readPixels, writePixels } from './engine/tiles.ts';
import { chooseWay, type Way } from './engine/ways.ts';
import type { Inputs } from './trimForm.ts';

/** What lies in the frame, and what Make makes of it. */
export interface Scene {
  frame: Rect;
  way: Way;
  situation: Situation;
  pixels: Uint8ClampedArray<ArrayBuffer>;
  /** The topmost one. */
  control: Layer | undefined;
  references: readonly Layer[];
}

export function readScene(board: Board, canExtend: boolean): Scene {
  const { frame } = board;
  const pixels = flatten(picturesOf(board), frame);
  const masks = shownOf(board, 'mask').map((layer) => ({ ...layer, opacity: 1 }));
  const situation = readSituation(frame, pixels, flatten({ layers: masks, groups: [] }, frame));
  const givenOf = (kind: Layer['kind']) => shownOf(board, kind).filter(({ tiles }) => tiles.size > 0);
  const given = { control: givenOf('control').at(-1), references: givenOf('reference') };
  const name = given.references.length > 0 ? 'edit' : given.control ? 'control' : undefined;
  return { frame, situation, pixels, ...given, way: name ? { name } : chooseWay(situation, canExtend) };
}

/** How much of a result is shown at each pixel of the frame. */
export function coverOfScene({ way, situation, frame }: Scene): Uint8Array {
  if (way.name !== 'inpaint' && way.name !== 'outpaint')
    return new Uint8Array(frame.width * frame.height).fill(255);
  return coverOf(situation, redrawnOf(situation));
}

/** Sends the pictures that a way needs; no list of pictures shows them. @throws what the server refused */
export async function sendInputs(scene: Scene): Promise<Inputs> {
  const { way, situation, frame, pixels } = scene;
  if (way.name === 'text2img') return {};
  if (way.name === 'control' || way.name === 'edit') return sendGiven(scene);
  const opaque = new Uint8ClampedArray(pixels);
  flattenOpaque(opaque, situation);
  const whole = { x: 0, y: 0, width: frame.width, height: frame.height };
  const part = way.name === 'outpaint' ? way.picture : whole;
  const bytes = part === whole ? opaque : readPixels(writePixels(noTiles, whole, opaque), part);
  const image = uploadPixels(part, bytes);
  if (way.name !== 'inpaint') return { image: await image };
  const redrawn = redrawnOf(situation);
  const mask = upload(
    await encodeGreyPng(frame, (row) => redrawn.subarray(row * frame.width, (row + 1) * frame.width)),
  );
  return { image: await image, mask: await mask };
}

/** What is followed comes first, or else what lies in the frame; references follow as far as the model takes them. */
async function sendGiven({ situation, frame, pixels, control, references }: Scene): Promise<Inputs> {
  const seen = hasPicture(situation) ? [pixels] : [];
  const own = control ? [onBlack(readLayer(control, frame))] : seen;
  for (const bytes of control ? [] : own) flattenOpaque(bytes, situation);
  const first = own.map((bytes) => uploadPixels(frame, bytes));
  const further = references.flatMap((layer) => {
    const place = placeOf(layer);
    return place ? [uploadPixels(place, readLayer(layer, place))] : [];
  });
  const [image, image2, image3, image4] = await Promise.all([...first, ...further]);
  return { image, image2, image3, image4, control: control?.control };
}

/** Where a map has nothing, there is nothing to follow. */
function onBlack(pixels: Uint8ClampedArray<ArrayBuffer>): Uint8ClampedArray<ArrayBuffer> {
  for (let at = 0; at < pixels.length; at += 4) {
    const alpha = pixels[at + 3] ?? 0;
    for (let part = 0; part < 3; part++) pixels[at + part] = ((pixels[at + part] ?? 0) * alpha) / 255;
    pixels[at + 3] = 255;
  }
  return pixels;
}

/** @throws what the server refused */
export async function uploadPixels(
  size: { width: number; height: number },
  bytes: Uint8ClampedArray<ArrayBuffer>,
): Promise<string> {
  const line = size.width * 4;
  return upload(await encodeColourPng(size, (row) => bytes.subarray(row * line, (row + 1) * line)));
}

const upload = async (file: Blob): Promise<string> => (await api.uploadAsset(file, { purpose: 'mask' })).id;

/** By its size; a price goes by no more of a picture. */
const blanks = new Map<string, Promise<string>>();

/** An empty picture that stands for one that is not made yet, to ask for its price. */
function blankOf({ width, height }: { width: number; height: number }): Promise<string> {
  const key = `${width}×${height}`;
  const known = blanks.get(key);
  if (known) return known;
  const row = new Uint8Array(width);
  const sent = encodeGreyPng({ width, height }, () => row).then(upload);
  blanks.set(key, sent);
  sent.catch(() => blanks.delete(key));
  return sent;
}

/** What is beside the picture, as far as a price may go by it. */
export interface Given {
  control?: Control | undefined;
  /** How many are sent to be edited. */
  pictures: number;
}

/** What is given beside what lies in the frame. */
export const givenIn = ({ situation, control, references }: Scene): Given => ({
  control: control?.control,
  pictures: references.length + (control || hasPicture(situation) ? 1 : 0),
});

const hasPicture = ({ holes }: Situation): boolean => holes.includes(0);

/** What stands for the pictures of a way. @throws what the server refused */
export async function blankInputs(way: Way, frame: Rect, { control, pictures }: Given): Promise<Inputs> {
  if (way.name === 'text2img') return {};
  if (way.name === 'outpaint') return { image: await blankOf(way.picture) };
  const blank = await blankOf(frame);
  if (way.name === 'inpaint') return { image: blank, mask: blank };
  const further = { image2: 2, image3: 3, image4: 4 };
  const others = Object.entries(further).filter(([, nth]) => way.name === 'edit' && pictures >= nth);
  return { image: blank, control, ...Object.fromEntries(others.map(([name]) => [name, blank])) };
}

import { encodeColourPng, encodeGreyPng } from '@star-graph/ui/pictures/mask/encodePng';
import { api } from '../../session/session.ts';
import { coverOf, flattenOpaque, readSituation, redrawnOf, type Situation } from './engine/blend.ts';
import { type Board, flatten, masksOf, picturesOf } from './engine/layers.ts';
import { noTiles, type Rect, readPixels, writePixels } from './engine/tiles.ts';
import { chooseWay, type Way } from './engine/ways.ts';
import type { Inputs } from './trimForm.ts';

/** What lies in the frame, and what Make makes of it. */
export interface Scene {
  frame: Rect;
  way: Way;
  situation: Situation;
  pixels: Uint8ClampedArray<ArrayBuffer>;
}

export function readScene(board: Board, canExtend: boolean): Scene {
  const { frame } = board;
  const pixels = flatten(picturesOf(board), frame);
  const masks = masksOf(board).map((layer) => ({ ...layer, opacity: 1 }));
  const situation = readSituation(frame, pixels, flatten(masks, frame));
  return { frame, situation, pixels, way: chooseWay(situation, canExtend) };
}

/** How much of a result is shown at each pixel of the frame. */
export function coverOfScene({ way, situation, frame }: Scene): Uint8Array {
  if (way.name === 'text2img' || way.name === 'img2img')
    return new Uint8Array(frame.width * frame.height).fill(255);
  return coverOf(situation, redrawnOf(situation));
}

/** Sends the pictures that a way needs; no list of pictures shows them. @throws what the server refused */
export async function sendInputs({ way, situation, frame, pixels }: Scene): Promise<Inputs> {
  if (way.name === 'text2img') return {};
  const opaque = new Uint8ClampedArray(pixels);
  flattenOpaque(opaque, situation);
  const whole = { x: 0, y: 0, width: frame.width, height: frame.height };
  const part = way.name === 'outpaint' ? way.picture : whole;
  const bytes = part === whole ? opaque : readPixels(writePixels(noTiles, whole, opaque), part);
  const line = part.width * 4;
  const image = upload(await encodeColourPng(part, (row) => bytes.subarray(row * line, (row + 1) * line)));
  if (way.name !== 'inpaint') return { image: await image };
  const redrawn = redrawnOf(situation);
  const mask = upload(
    await encodeGreyPng(frame, (row) => redrawn.subarray(row * frame.width, (row + 1) * frame.width)),
  );
  return { image: await image, mask: await mask };
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

/** What stands for the pictures of a way. @throws what the server refused */
export async function blankInputs(way: Way, frame: Rect): Promise<Inputs> {
  if (way.name === 'text2img') return {};
  if (way.name === 'outpaint') return { image: await blankOf(way.picture) };
  const blank = await blankOf(frame);
  return way.name === 'inpaint' ? { image: blank, mask: blank } : { image: blank };
}

import type { Situation } from './blend.ts';
import type { Rect } from './tiles.ts';

/**
 * What *Make* does:
 * - `text2img`: nothing lies in the frame, so a picture is made from words;
 * - `img2img`: a picture fills it, and is varied;
 * - `inpaint`: the masked and the empty parts are redrawn;
 * - `outpaint`: one rectangle of picture is extended to the frame;
 * - `control`: a picture is made that follows a layer of lines, a pose or depth;
 * - `edit`: what is there is changed by words, with reference layers beside it.
 */
export type Way =
  | { name: 'text2img' | 'img2img' | 'inpaint' | 'control' | 'edit' }
  /** The picture's place within the frame. */
  | { name: 'outpaint'; picture: Rect };

/** More than this many times a side, and a model would see too little of the picture: the workflow refuses it. */
const timesAtMost = 3;

/** @param canExtend whether the pool offers the workflow that extends; redrawing the empty parts does the same. */
export function chooseWay(situation: Situation, canExtend: boolean): Way {
  const { width, height, holes, masked } = situation;
  const area = width * height;
  const empty = count(holes);
  if (empty === area) return { name: 'text2img' };
  const isMasked = masked.includes(255);
  if (empty === 0) return { name: isMasked ? 'inpaint' : 'img2img' };
  const picture = findPicture(situation);
  const fits =
    picture.width * picture.height === area - empty &&
    width <= picture.width * timesAtMost &&
    height <= picture.height * timesAtMost;
  return fits && !isMasked && canExtend ? { name: 'outpaint', picture } : { name: 'inpaint' };
}

const count = (plane: Uint8Array): number => {
  let full = 0;
  for (const value of plane) if (value === 255) full += 1;
  return full;
};

/** The smallest rectangle around all that lies in the frame. */
function findPicture({ width, height, holes }: Situation): Rect {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (holes[y * width + x] === 255) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

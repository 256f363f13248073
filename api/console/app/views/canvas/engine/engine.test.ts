import { createHash } from 'node:crypto';
import { encodeColourPng } from '@star-graph/ui/pictures/mask/encodePng';
import { expect, test } from 'vitest';
import { coverOf, cutOut, flattenOpaque, layOver, readSituation, redrawnOf } from './blend.ts';
import type { Board } from './board.ts';
import { type Brush, beginStroke, endStroke, strokeTo } from './brush.ts';
import { decodePng } from './decodePng.ts';
import { drawCorner, moveFrame, resizeFrame, usualLimits } from './frame.ts';
import {
  arrange,
  changeGroup,
  chosenLayers,
  duplicate,
  groupChosen,
  isBranch,
  remove,
  reorder,
  type Stack,
  type StackNode,
  treeOf,
  ungroup,
} from './groups.ts';
import { addStep, beginHistory, redo, undo } from './history.ts';
import {
  addLayer,
  bake,
  changeLayer,
  createLayer,
  flatten,
  fromLayer,
  mergeDown,
  mergeGroup,
  mirrorLayer,
  placeOf,
  toLayer,
  transformLayer,
} from './layers.ts';
import { movedOf, putChanged, shiftLayers, transformMoved } from './moving.ts';
import { boundsOf, noTiles, type Rect, readPixels, writePixels } from './tiles.ts';
import { chooseWay } from './ways.ts';

/** The same bytes each time, all values among them. */
function noise(length: number, seed = 1): Uint8ClampedArray<ArrayBuffer> {
  let state = seed;
  return Uint8ClampedArray.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return state >> 16;
  });
}

const opaque = (rect: Rect, seed = 1) =>
  noise(rect.width * rect.height * 4, seed).map((value, at) => (at % 4 === 3 ? 255 : value));
const plain = (rect: Rect, colour: readonly [number, number, number, number]) =>
  Uint8ClampedArray.from({ length: rect.width * rect.height * 4 }, (_, at) => colour[at % 4] ?? 0);
const hashOf = (bytes: Uint8ClampedArray) => createHash('sha256').update(bytes).digest('hex');

const frame: Rect = { x: -16, y: 8, width: 64, height: 48 };
const board = (...layers: Board['layers']): Board => ({
  layers,
  groups: [],
  frame,
  chosen: layers.at(-1)?.id,
});

test('squares give back every byte that was written, across their borders', () => {
  const rect = { x: -300, y: 200, width: 700, height: 120 };
  const bytes = noise(rect.width * rect.height * 4);
  const tiles = writePixels(noTiles, rect, bytes);
  expect(hashOf(readPixels(tiles, rect))).toBe(hashOf(bytes));
  expect([...readPixels(tiles, { x: 400, y: 200, width: 2, height: 1 })]).toEqual(Array(8).fill(0));
});

test('squares that are emptied are left out, and others stay the same object', () => {
  const whole = { x: 0, y: 0, width: 512, height: 256 };
  const tiles = writePixels(noTiles, whole, opaque(whole));
  const left = { x: 0, y: 0, width: 256, height: 256 };
  const wiped = writePixels(tiles, left, new Uint8ClampedArray(256 * 256 * 4));
  expect([tiles.size, wiped.size]).toEqual([2, 1]);
  expect([...wiped.values()][0]).toBe([...tiles.values()][1]);
  expect(boundsOf(wiped)).toEqual({ x: 256, y: 0, width: 256, height: 256 });
});

test('a file of layers is read to the byte as it was written', async () => {
  const size = { width: 130, height: 70 };
  const bytes = noise(size.width * size.height * 4);
  const file = await encodeColourPng(size, (row) => bytes.subarray(row * 520, (row + 1) * 520));
  const read = await decodePng(new Uint8Array(await file.arrayBuffer()));
  expect([read.width, read.height, hashOf(read.bytes)]).toEqual([130, 70, hashOf(bytes)]);
  const cut = new Uint8Array(await file.slice(0, file.size - 20).arrayBuffer());
  await expect(decodePng(cut)).rejects.toThrow();
});

const brush: Brush = { size: 20, hardness: 1, opacity: 0.5, colour: [200, 10, 30], isErasing: false };

test('a stroke that crosses itself is no denser, and changes nothing beside it', () => {
  const rect = { x: 0, y: 0, width: 300, height: 60 };
  const before = writePixels(noTiles, rect, opaque(rect));
  const stroke = beginStroke(before, brush);
  for (const x of [20, 200, 20, 200]) strokeTo(stroke, { x, y: 30, pressure: 1 });
  const after = endStroke(stroke);
  const once = beginStroke(before, brush);
  for (const x of [20, 200]) strokeTo(once, { x, y: 30, pressure: 1 });
  const line = { x: 30, y: 26, width: 160, height: 8 };
  expect(hashOf(readPixels(after, line))).toBe(hashOf(readPixels(endStroke(once), line)));
  expect(hashOf(readPixels(after, line))).not.toBe(hashOf(readPixels(before, line)));
  for (const beside of [
    { ...rect, height: 19 },
    { ...rect, y: 41, height: 19 },
    { ...rect, x: 212, width: 88 },
  ])
    expect(hashOf(readPixels(after, beside))).toBe(hashOf(readPixels(before, beside)));
});

test('pressure makes a stroke wider, a soft brush fades, an eraser empties', () => {
  const paint = (more: Partial<Brush>, pressure: number) => {
    const stroke = beginStroke(noTiles, { ...brush, opacity: 1, ...more });
    strokeTo(stroke, { x: 100, y: 100, pressure });
    return stroke;
  };
  const widthOf = (pressure: number) => boundsOf(endStroke(paint({}, pressure)))?.width ?? 0;
  expect(widthOf(1)).toBeGreaterThan(widthOf(0.3) * 2);
  const soft = readPixels(endStroke(paint({ hardness: 0 }, 1)), { x: 100, y: 100, width: 10, height: 1 });
  const alphas = [...soft].filter((_, at) => at % 4 === 3);
  expect(alphas).toEqual([...alphas].sort((a, b) => b - a));
  expect(alphas[0]).toBeGreaterThan(200);
  expect(alphas[9]).toBeLessThan(40);
  const erasing = beginStroke(endStroke(paint({}, 1)), { ...brush, size: 60, opacity: 1, isErasing: true });
  strokeTo(erasing, { x: 100, y: 100, pressure: 1 });
  expect(endStroke(erasing).size).toBe(0);
});

test('what lies outside of the mask does not change by a bit', () => {
  const picture = createLayer('paint', 'Picture', writePixels(noTiles, frame, opaque(frame)));
  const before = flatten(board(picture), frame);
  const mask = new Uint8ClampedArray(frame.width * frame.height * 4);
  // With a thin line within it that stays: a soft edge must not run over it.
  const isMasked = (at: number) =>
    at % 64 >= 4 && at % 64 < 60 && at % 64 !== 12 && at >= 64 * 4 && at < 64 * 44;
  for (let at = 0; at < mask.length / 4; at++) if (isMasked(at)) mask[at * 4 + 3] = 255;
  const situation = readSituation(frame, before, mask);
  const redrawn = redrawnOf(situation);
  const cut = cutOut(opaque(frame, 7), coverOf(situation, redrawn));
  const result = createLayer('paint', 'Result', writePixels(noTiles, frame, cut));
  const after = flatten(board(picture, result), frame);
  const outside = (pixels: Uint8ClampedArray) => pixels.filter((_, at) => !isMasked(Math.floor(at / 4)));
  expect(hashOf(outside(after))).toBe(hashOf(outside(before)));
  // Far inside it is the result, to the byte.
  const middle = (24 * 64 + 38) * 4;
  expect([...after.subarray(middle, middle + 4)]).toEqual([...opaque(frame, 7).subarray(middle, middle + 4)]);
});

test('an empty part is filled up to the edge of the picture beside it', () => {
  const left = { ...frame, width: 32 };
  const pixels = readPixels(writePixels(noTiles, left, opaque(left)), frame);
  const situation = readSituation(frame, pixels, new Uint8ClampedArray(pixels.length));
  const cover = coverOf(situation, redrawnOf(situation));
  expect([...cover.subarray(30, 34)]).toEqual([0, 0, 255, 255]);
  flattenOpaque(pixels, situation);
  expect(pixels.every((value, at) => at % 4 !== 3 || value === 255)).toBe(true);
});

test('laying over keeps colours that are hardly seen', () => {
  const below = Uint8ClampedArray.of(10, 20, 30, 0, 10, 20, 30, 255, 1, 2, 3, 128);
  layOver(below, Uint8ClampedArray.of(200, 100, 50, 3, 200, 100, 50, 0, 200, 100, 50, 255));
  expect([...below]).toEqual([200, 100, 50, 3, 10, 20, 30, 255, 200, 100, 50, 255]);
});

test('Make goes by what lies in the frame', () => {
  const size = { width: 64, height: 48 };
  const pixelsOf = (part: Rect | undefined) =>
    part
      ? readPixels(writePixels(noTiles, part, opaque(part)), { x: 0, y: 0, ...size })
      : new Uint8ClampedArray(64 * 48 * 4);
  const whole = { x: 0, y: 0, ...size };
  const middle = { x: 20, y: 10, width: 30, height: 20 };
  const wayOf = (part: Rect | undefined, masked?: Rect, canExtend = true) =>
    chooseWay(readSituation(size, pixelsOf(part), pixelsOf(masked)), canExtend);
  expect(wayOf(undefined)).toEqual({ name: 'text2img' });
  expect(wayOf(undefined, middle)).toEqual({ name: 'text2img' });
  expect(wayOf(whole)).toEqual({ name: 'img2img' });
  expect(wayOf(whole, middle)).toEqual({ name: 'inpaint' });
  expect(wayOf(middle)).toEqual({ name: 'outpaint', picture: middle });
  expect(wayOf(middle, undefined, false)).toEqual({ name: 'inpaint' });
  expect(wayOf(middle, { ...middle, width: 4 })).toEqual({ name: 'inpaint' });
  expect(wayOf({ ...middle, width: 20 })).toEqual({ name: 'inpaint' });
});

test('layers are put, moved, doubled, merged and taken out', () => {
  const area = { x: 0, y: 0, width: 20, height: 20 };
  const low = createLayer('paint', 'Low', writePixels(noTiles, area, plain(area, [255, 0, 0, 255])));
  const high = {
    ...createLayer('paint', 'High', writePixels(noTiles, area, plain(area, [0, 0, 255, 255]))),
    x: 10,
    opacity: 0.5,
  };
  const mask = createLayer('mask', 'Mask');
  const both = board(low, high);
  expect(addLayer({ ...both, chosen: low.id }, mask).layers.map(({ name }) => name)).toEqual([
    'Low',
    'High',
    'Mask',
  ]);
  const upper = createLayer('paint', 'Upper');
  const masked = { ...both, layers: [low, high, mask], chosen: mask.id };
  expect(addLayer(masked, upper).layers).toEqual([low, high, upper, mask]);
  expect(reorder(both, high.id, -1).layers).toEqual([high, low]);
  expect(reorder(both, high.id, 1)).toBe(both);
  expect(duplicate(both, low.id, 'Low 2').layers.map(({ name }) => name)).toEqual(['Low', 'Low 2', 'High']);
  expect(remove(both, high.id)).toMatchObject({ layers: [low], chosen: low.id });
  const seen = { x: 0, y: 0, width: 30, height: 20 };
  const merged = mergeDown(both, high.id);
  expect(merged?.layers).toHaveLength(1);
  expect(hashOf(flatten(merged ?? board(), seen))).toBe(hashOf(flatten(both, seen)));
  expect(mergeDown(both, low.id)).toBeUndefined();
  expect(mergeDown(changeLayer(both, low.id, { isLocked: true }), high.id)).toBeUndefined();
  expect(mergeDown(board(low, mask), mask.id)).toBeUndefined();
});

test('a scaled layer covers its place, keeps its colours, and its pixels until it is painted on', () => {
  const area = { x: 0, y: 0, width: 40, height: 20 };
  const layer = {
    ...createLayer('paint', 'One', writePixels(noTiles, area, plain(area, [10, 200, 30, 255]))),
    x: 5,
    scale: 0.5,
  };
  expect(placeOf(layer)).toEqual({ x: 5, y: 0, width: 20, height: 10 });
  const inner = { x: 7, y: 2, width: 10, height: 6 };
  expect(hashOf(flatten(board(layer), inner))).toBe(hashOf(plain(inner, [10, 200, 30, 255])));
  expect(flatten(board(layer), { x: 60, y: 0, width: 4, height: 4 }).some((value) => value > 0)).toBe(false);
  const baked = bake(layer);
  expect([baked.scale, hashOf(flatten(board(baked), inner))]).toEqual([
    1,
    hashOf(flatten(board(layer), inner)),
  ]);
  expect(bake({ ...layer, scale: 1 })).toEqual({ ...layer, scale: 1 });
});

test('two hundred steps are taken back and made again, and one slider is one step', () => {
  const first = board(createLayer('paint', 'One'));
  const id = first.layers[0]?.id ?? '';
  let history = beginHistory(first);
  for (let step = 1; step <= 250; step++)
    history = addStep(history, { ...history.board, frame: { ...frame, x: step } });
  for (let step = 0; step < 300; step++) history = undo(history);
  expect(history.board.frame.x).toBe(50);
  for (let step = 0; step < 300; step++) history = redo(history);
  expect(history.board.frame.x).toBe(250);
  for (const opacity of [0.9, 0.8, 0.7])
    history = addStep(history, changeLayer(history.board, id, { opacity }), `opacity ${id}`);
  expect(undo(history).board.layers[0]?.opacity).toBe(1);
});

test('steps whose pixels take too much are forgotten, the oldest first', () => {
  let history = beginHistory(board(createLayer('paint', 'One')));
  const id = history.board.layers[0]?.id ?? '';
  for (let step = 0; step < 30; step++) {
    // What counts is how many squares there are: 64 of 256 KiB each.
    const tiles = new Map(Array.from({ length: 64 }, (_, at) => [at, new Uint8ClampedArray(4)]));
    history = addStep(history, changeLayer(history.board, id, { tiles }));
  }
  expect(history.past).toHaveLength(24);
});

test('a frame keeps to the grid, to the steps of the model and to its other corner', () => {
  expect(moveFrame(frame, 13, -3)).toMatchObject({ x: 16, y: -0 });
  expect(resizeFrame(frame, 900, 10, usualLimits)).toMatchObject({ width: 896, height: 256 });
  expect(resizeFrame(frame, 9_000, 700, usualLimits)).toMatchObject({ width: 2_048, height: 704 });
  const start = { x: 0, y: 0, width: 512, height: 512 };
  expect(drawCorner(start, 'nw', -130, 200, usualLimits)).toEqual({
    x: -128,
    y: 192,
    width: 640,
    height: 320,
  });
  expect(drawCorner(start, 'se', 700, 100, usualLimits)).toEqual({ x: 0, y: 0, width: 704, height: 256 });
});

test('a quarter turn and a mirror move pixels and change none', () => {
  const rect = { x: -9, y: 4, width: 302, height: 40 };
  const layer = createLayer('paint', 'a', writePixels(noTiles, rect, opaque(rect)));
  const turned = transformLayer(transformLayer(layer, { turn: 90 }), { turn: 0 });
  expect(turned).toEqual(layer);
  const mirrored = mirrorLayer(mirrorLayer(layer, 'across'), 'down');
  const [before, after] = [readPixels(layer.tiles, rect), readPixels(mirrored.tiles, rect)];
  const pixels = (bytes: Uint8ClampedArray) => [...new Uint32Array(bytes.buffer)];
  expect(pixels(after)).toEqual(pixels(before).toReversed());
  // Its middle stays, so a lying one stands.
  const standing = placeOf(transformLayer(layer, { turn: 90 }));
  expect(standing).toMatchObject({ width: 40, height: 302 });
  const quarter = bake(transformLayer(layer, { turn: 90 }));
  const { x, y } = standing ?? { x: 0, y: 0 };
  const first = readPixels(quarter.tiles, { x: x + 39, y, width: 1, height: 1 });
  expect([...first]).toEqual([...before.subarray(0, 4)]);
});

test('a scaled and turned layer keeps the place that it was scaled from', () => {
  const rect = { x: 0, y: 0, width: 200, height: 100 };
  const layer = { ...createLayer('paint', 'a', writePixels(noTiles, rect, opaque(rect))), turn: 30 };
  const fixed = fromLayer(layer, { x: 200, y: 100 });
  const scaled = transformLayer(layer, { scale: 3 }, fixed);
  const after = fromLayer(scaled, { x: 200, y: 100 });
  expect(Math.hypot(after.x - fixed.x, after.y - fixed.y)).toBeLessThan(1);
  const own = toLayer(scaled, after);
  expect([Math.round(own.x), Math.round(own.y)]).toEqual([200, 100]);
});

test('blend modes mix as browsers do, and only where something lies below', () => {
  const mix = (mode: Parameters<typeof layOver>[3], under: number, over: number, opacity = 1) => {
    const below = Uint8ClampedArray.of(under, under, under, 255, 9, 9, 9, 0);
    layOver(below, Uint8ClampedArray.of(over, over, over, 255, over, over, over, 255), opacity, mode);
    expect([below[4], below[7]]).toEqual([over, Math.round(255 * opacity)]);
    return below[0];
  };
  expect([mix('multiply', 128, 128), mix('screen', 128, 128), mix('difference', 200, 50)]).toEqual([
    64, 192, 150,
  ]);
  expect([mix('overlay', 64, 200), mix('hard-light', 64, 200)]).toEqual([100, 173]);
  expect([mix('darken', 9, 8), mix('lighten', 9, 8), mix('multiply', 200, 0, 0.5)]).toEqual([8, 9, 100]);
  expect(mix('soft-light', 100, 128)).toBe(100);
});

const small = { x: 0, y: 0, width: 20, height: 20 };
const coloured = (name: string, colour: readonly [number, number, number, number], x = 0) => ({
  ...createLayer('paint', name, writePixels(noTiles, small, plain(small, colour))),
  x,
});
/** As the list shows it, from the lowest: a group's name with what is in it. */
const outline = (stack: Stack): string => {
  const say = (nodes: readonly StackNode[]): string =>
    nodes.map((node) => (isBranch(node) ? `${node.own.name}(${say(node.nodes)})` : node.name)).join(' ');
  return say(treeOf(stack));
};
const [red, green, blue] = [
  coloured('Red', [255, 0, 0, 255]),
  coloured('Green', [0, 255, 0, 255], 10),
  coloured('Blue', [0, 0, 255, 255], 20),
];
const choose = (now: Board, ...ids: string[]): Board => ({
  ...now,
  chosen: ids[0],
  alsoChosen: ids.slice(1),
});
const seen = { x: 0, y: 0, width: 60, height: 60 };

test('what is chosen becomes a group where its highest layer lies, and looks as before', () => {
  const three = board(red, green, blue);
  const grouped = groupChosen(choose(three, blue.id, red.id), 'A');
  expect(outline(grouped)).toBe('Green A(Red Blue)');
  expect(grouped.groups.map(({ id }) => id)).toEqual([grouped.chosen]);
  const same = groupChosen(choose(three, red.id, green.id), 'A');
  expect(hashOf(flatten(same, seen))).toBe(hashOf(flatten(three, seen)));
  const nested = groupChosen(choose(same, green.id), 'B');
  expect(outline(nested)).toBe('A(Red B(Green)) Blue');
  // A group and a layer that is in it are one.
  const whole = groupChosen(choose(nested, same.groups[0]?.id ?? '', green.id), 'C');
  expect(outline(whole)).toBe('C(A(Red B(Green))) Blue');
  const inner = whole.groups.find(({ name }) => name === 'A')?.id ?? '';
  const freed = ungroup(whole, inner);
  expect(outline(freed)).toBe('C(Red B(Green)) Blue');
  expect(chosenLayers(freed).map(({ name }) => name)).toEqual(['Red', 'Green']);
  expect(groupChosen(choose(three), 'none')).toMatchObject({ groups: [] });
});

test('a step in the list goes into an open group, out of it, and past one that is closed', () => {
  const grouped = groupChosen(choose(board(red, green, blue), green.id), 'A');
  const id = grouped.groups[0]?.id ?? '';
  const up = reorder(grouped, red.id, 1);
  expect(outline(up)).toBe('A(Red Green) Blue');
  expect(outline(reorder(up, red.id, 1))).toBe('A(Green Red) Blue');
  expect(outline(reorder(reorder(up, red.id, 1), red.id, 1))).toBe('A(Green) Red Blue');
  expect(outline(reorder(grouped, blue.id, -1))).toBe('Red A(Green Blue)');
  for (const closed of [{ isFolded: true }, { isLocked: true }])
    expect(outline(reorder(changeGroup(grouped, id, closed), red.id, 1))).toBe('A(Green) Red Blue');
  expect(outline(reorder(grouped, id, 1))).toBe('Red Blue A(Green)');
  // A group goes with its last layer.
  expect(outline(reorder(grouped, green.id, 1))).toBe('Red Green Blue');
  expect(outline(remove(grouped, green.id))).toBe('Red Blue');
  const all = groupChosen(choose(grouped, id, blue.id), 'B');
  expect(outline(remove(all, all.chosen ?? ''))).toBe('Red');
  const twice = duplicate(all, all.chosen ?? '', 'B copy');
  expect(outline(twice)).toBe('Red B(A(Green) Blue) B copy(A(Green) Blue)');
  expect(new Set([...twice.layers, ...twice.groups].map((one) => one.id)).size).toBe(9);
});

test('new layers go into the chosen group, but beside one that is hidden or locked', () => {
  const grouped = groupChosen(choose(board(red, green, blue), green.id), 'A');
  const id = grouped.groups[0]?.id ?? '';
  const fresh = createLayer('paint', 'New');
  expect(outline(addLayer(grouped, fresh))).toBe('Red A(Green New) Blue');
  expect(outline(addLayer(choose(grouped, green.id), fresh))).toBe('Red A(Green New) Blue');
  expect(outline(addLayer(choose(grouped, red.id), fresh))).toBe('Red New A(Green) Blue');
  expect(outline(addLayer(choose(grouped), fresh))).toBe('Red A(Green) Blue New');
  for (const closed of [{ isHidden: true }, { isLocked: true }])
    expect(outline(addLayer(changeGroup(grouped, id, closed), fresh))).toBe('Red A(Green) New Blue');
});

test('a group is shown, thinned and blended as one picture', () => {
  const grouped = groupChosen(
    choose(board(red, green, { ...blue, x: 10, blend: 'multiply' }), green.id),
    'A',
  );
  const id = grouped.groups[0]?.id ?? '';
  const both = groupChosen(choose(grouped, id, blue.id), 'B');
  const outer = both.chosen ?? '';
  const at = (now: Board, x: number) => [...flatten(now, { x, y: 5, width: 1, height: 1 })];
  expect(at(both, 15)).toEqual([0, 0, 0, 255]);
  expect(at(changeGroup(both, outer, { isHidden: true }), 15)).toEqual([255, 0, 0, 255]);
  expect(at(changeGroup(both, id, { isHidden: true }), 25)).toEqual([0, 0, 255, 255]);
  const half = changeGroup(changeLayer(both, blue.id, { blend: undefined, x: 25 }), outer, { opacity: 0.5 });
  expect(at(half, 15)).toEqual([127, 128, 0, 255]);
  // Of two that lie over each other in it, the upper one hides the lower one.
  expect(at(half, 27)).toEqual([0, 0, 255, 128]);
  const alone = changeGroup(both, outer, { blend: 'normal' });
  const lifted = changeLayer(alone, green.id, { isHidden: true });
  // Apart, it does not multiply what lies below the group.
  expect([at(lifted, 15), at(changeGroup(lifted, outer, { blend: undefined }), 15)]).toEqual([
    [0, 0, 255, 255],
    [0, 0, 0, 255],
  ]);
  expect(at(changeGroup(lifted, outer, { blend: 'screen' }), 15)).toEqual([255, 0, 255, 255]);
});

test('a group is merged as it is seen, unless a layer in it is locked or of another kind', () => {
  const grouped = groupChosen(choose(board(red, green, { ...blue, opacity: 0.5 }), green.id, blue.id), 'A');
  const id = grouped.groups[0]?.id ?? '';
  const thin = changeGroup(grouped, id, { opacity: 0.5, blend: 'multiply' });
  const merged = mergeGroup(thin, id);
  expect(outline(merged ?? board())).toBe('Red A');
  expect(merged?.groups).toEqual([]);
  expect(hashOf(flatten(merged ?? board(), seen))).toBe(hashOf(flatten(thin, seen)));
  expect(mergeGroup(changeLayer(grouped, blue.id, { isLocked: true }), id)).toBeUndefined();
  expect(mergeGroup(changeGroup(grouped, id, { isLocked: true }), id)).toBeUndefined();
  expect(mergeGroup(changeLayer(grouped, blue.id, { kind: 'mask' }), id)).toBeUndefined();
  expect(mergeDown(grouped, green.id)).toBeUndefined();
});

test('what is chosen is moved, scaled and turned as one, and comes back to where it was', () => {
  const grouped = groupChosen(choose(board(red, green, blue), red.id, blue.id), 'A');
  const moved = movedOf(grouped);
  if (!moved) throw new Error('nothing is moved');
  expect(moved).toMatchObject({
    corners: [{ x: 0, y: 0 }, { x: 40 }, { x: 40, y: 20 }, { x: 0 }],
    isLocked: false,
  });
  const shifted = putChanged(grouped, shiftLayers(moved.layers, { x: 3, y: -2 }));
  expect(shifted.layers.map(({ x, y }) => [x, y])).toEqual([
    [10, 0],
    [3, -2],
    [23, -2],
  ]);
  const twice = putChanged(grouped, transformMoved(moved, { scale: 2 }, { x: 0, y: 0 }));
  expect(twice.layers.map(({ x, scale }) => [x, scale])).toEqual([
    [10, 1],
    [0, 2],
    [40, 2],
  ]);
  const turned = putChanged(grouped, transformMoved(moved, { turn: 90 }));
  const places = turned.layers.slice(1).map(placeOf);
  expect(places).toEqual([
    { x: 10, y: -10, width: 20, height: 20 },
    { x: 10, y: 10, width: 20, height: 20 },
  ]);
  const across = [red, blue].map((layer) => mirrorLayer({ ...layer, turn: 90 }, 'across', moved.middle));
  const back = across.map((layer) => mirrorLayer(layer, 'across', moved.middle));
  expect(back.map(({ x, y, turn }) => [x, y, turn])).toEqual([
    [0, 0, 90],
    [20, 0, 90],
  ]);
  expect(movedOf(changeLayer(grouped, red.id, { isLocked: true }))?.isLocked).toBe(true);
  // None of it is larger or smaller than a layer may be.
  const [least] = transformMoved(moved, { scale: 0.0001 });
  expect(least?.scale).toBe(0.02);
});

test('groups of a file that name each other in a ring, or none that is there, are dissolved', () => {
  const group = (id: string, around?: string) => ({
    id,
    name: id,
    opacity: 1,
    isHidden: false,
    isLocked: false,
    group: around,
  });
  const groups = [group('a', 'b'), group('b', 'a'), group('c', 'gone')];
  const layers = [
    { ...red, group: 'a' },
    { ...green, group: 'c' },
    { ...blue, group: 'a' },
  ];
  const found = arrange({ layers, groups });
  expect(outline(found)).toBe('b(a(Red Blue)) c(Green)');
  expect(found.groups.map((one) => one.group)).toEqual([undefined, 'b', undefined]);
});

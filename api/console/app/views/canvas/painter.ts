import type { Board, Group, Layer } from './engine/board.ts';
import { isApart, isBranch, isHiddenIn, type StackNode, treeOf } from './engine/groups.ts';
import { picturesOf, toLayer } from './engine/layers.ts';
import type { Selection } from './engine/selection.ts';
import { intersect, type Rect, rectOf, type Tile, tileSize, union } from './engine/tiles.ts';
import { type PlaneView, type Size, toPlane } from './plane.ts';

interface Scene {
  board: Board;
  /** Without a stroke that is under way. */
  settled: readonly Layer[];
  ghost: Layer | undefined;
  view: PlaneView;
  stage: Size;
}

export interface Painter {
  paint(scene: Scene): void;
  /** These have changed in place, within a part of the plane. */
  renew(squares: readonly Tile[], where: Rect): void;
}

/** What is on the canvas now, in its own pixels. */
interface Shown extends Pick<Scene, 'ghost'> {
  layers: readonly Layer[];
  groups: readonly Group[];
  selection: Selection | undefined;
  view: PlaneView;
  width: number;
  height: number;
}

/** How the plane is seen, and which part of the canvas is drawn. */
interface Sight {
  view: PlaneView;
  part: Rect;
}

const maskOpacity = 0.5;

/**
 * Draws the visible squares of all layers into one canvas of the stage's size, however large the plane is. Each square
 * has a small canvas of its own as long as it is in use; browsers draw those without reading pixels again.
 */
export function createPainter(canvas: HTMLCanvasElement): Painter {
  const context = canvas.getContext('2d');
  if (!context) throw new Error('the browser gives no canvas to draw on');
  const drawn = new WeakMap<Tile, HTMLCanvasElement>();
  const shapes = new WeakMap<Tile, HTMLCanvasElement>();
  const drawOnce =
    (all: WeakMap<Tile, HTMLCanvasElement>, read: (tile: Tile) => Tile) =>
    (tile: Tile): HTMLCanvasElement => {
      const known = all.get(tile);
      if (known) return known;
      const made = Object.assign(document.createElement('canvas'), { width: tileSize, height: tileSize });
      all.set(tile, made);
      put(made, read(tile));
      return made;
    };
  const drawingOf = drawOnce(drawn, (tile) => tile);
  const shapeOf = drawOnce(shapes, (tile) => tile.map((value, at) => (at % 4 < 3 || value > 127 ? 255 : 0)));
  let last: Shown | undefined;
  let dirty: Rect | undefined;
  const { paintLayer, paintNodes } = createStackPainter(drawingOf);
  const paintPart = (shown: Shown, ratio: number, part: Rect) => {
    clipTo(context, part);
    const { layers, groups, ghost, selection, view } = shown;
    const sight = { view, part };
    paintNodes(context, [...treeOf(picturesOf(shown)), ...(ghost ? [ghost] : [])], sight);
    // A candidate is judged where it was redrawn, and the mask may go on meanwhile.
    mixInto(context, { opacity: ghost ? maskOpacity / 3 : maskOpacity });
    for (const layer of layers)
      if (layer.kind !== 'paint' && !isHiddenIn({ groups }, layer)) paintLayer(context, layer, sight);
    mixInto(context, { opacity: 1 });
    const whole = { x: 0, y: 0, width: shown.width, height: shown.height };
    if (selection)
      ring(context, ratio, (onto) =>
        paintTiles(onto, { x: 0, y: 0, scale: 1, tiles: selection }, { view, part: whole }, shapeOf),
      );
    context.restore();
  };
  return {
    renew: (squares, where) => {
      dirty = union(dirty, where);
      for (const tile of squares) {
        const known = drawn.get(tile);
        if (known) put(known, tile);
      }
    },
    paint: ({ board, settled, ghost, view, stage }) => {
      const ratio = Math.min(2, devicePixelRatio || 1);
      const [width, height] = [Math.round(stage.width * ratio), Math.round(stage.height * ratio)];
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
      // On whole pixels, so that what is there can be moved as it is.
      const scaled = {
        x: Math.round(view.x * ratio),
        y: Math.round(view.y * ratio),
        scale: view.scale * ratio,
      };
      const { layers, groups, selection } = board;
      const shown = { layers, groups, ghost, selection, view: scaled, width, height };
      const parts = last ? listStale(last, shown, { dirty, settled }) : undefined;
      if (last && parts) {
        const [x, y] = [scaled.x - last.view.x, scaled.y - last.view.y];
        if (x !== 0 || y !== 0) {
          context.globalCompositeOperation = 'copy';
          context.drawImage(canvas, x, y);
          context.globalCompositeOperation = 'source-over';
        }
      }
      for (const part of parts ?? [{ x: 0, y: 0, width, height }]) paintPart(shown, ratio, part);
      last = shown;
      dirty = undefined;
    },
  };
}

/** How what is drawn next is laid over what is there. */
function mixInto(
  context: CanvasRenderingContext2D,
  { opacity, blend }: Pick<Group, 'opacity' | 'blend'>,
): void {
  context.globalAlpha = opacity;
  context.globalCompositeOperation = blend === undefined || blend === 'normal' ? 'source-over' : blend;
}

/** Draws layers over each other, those of a group that is apart on a sheet of its own first. */
function createStackPainter(drawingOf: (tile: Tile) => HTMLCanvasElement) {
  const groupSheets: CanvasRenderingContext2D[] = [];
  /** Of a group that is laid over itself first, by how many others it is in. */
  const sheetFor = (depth: number, { width, height }: Size): CanvasRenderingContext2D => {
    const sheet = groupSheets[depth] ?? document.createElement('canvas').getContext('2d');
    if (!sheet) throw new Error('the browser gives no canvas to draw on');
    groupSheets[depth] = sheet;
    if (sheet.canvas.width !== width) sheet.canvas.width = width;
    if (sheet.canvas.height !== height) sheet.canvas.height = height;
    return sheet;
  };
  const paintLayer = (onto: CanvasRenderingContext2D, layer: Layer, { view, part }: Sight) => {
    if (layer.turn) paintTurned(onto, layer, view, drawingOf);
    else paintTiles(onto, layer, { view, part }, drawingOf);
  };
  const paintNodes = (
    onto: CanvasRenderingContext2D,
    nodes: readonly StackNode[],
    sight: Sight,
    depth = 0,
  ): void => {
    for (const node of nodes) {
      const own = isBranch(node) ? node.own : node;
      if (own.isHidden) continue;
      if (!isBranch(node)) {
        mixInto(onto, own);
        paintLayer(onto, node, sight);
      } else if (isApart(node.own)) {
        const { x, y, width, height } = sight.part;
        const sheet = sheetFor(depth, onto.canvas);
        clipTo(sheet, sight.part);
        paintNodes(sheet, node.nodes, sight, depth + 1);
        sheet.restore();
        mixInto(onto, own);
        onto.drawImage(sheet.canvas, x, y, width, height, x, y, width, height);
      } else paintNodes(onto, node.nodes, sight, depth);
    }
  };
  return { paintLayer, paintNodes };
}

/** Empties a part, and keeps to it until `restore`. */
function clipTo(context: CanvasRenderingContext2D, { x, y, width, height }: Rect): void {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.clearRect(x, y, width, height);
}

const put = (canvas: HTMLCanvasElement, tile: Tile): void =>
  canvas.getContext('2d')?.putImageData(new ImageData(tile, tileSize, tileSize), 0, 0);

/** Straight on a sheet of its own first: between squares that are turned one by one there would be lines. */
function paintTurned(
  context: CanvasRenderingContext2D,
  layer: Layer,
  view: PlaneView,
  drawingOf: (tile: Tile) => HTMLCanvasElement,
): void {
  const { width, height } = context.canvas;
  const side = Math.ceil(Math.hypot(width, height));
  const sheet = Object.assign(document.createElement('canvas'), { width: side, height: side });
  const onto = sheet.getContext('2d');
  if (!onto) return;
  const middle = toPlane(view, { x: width / 2, y: height / 2 });
  const own = toLayer(layer, middle);
  const scale = view.scale * layer.scale;
  const straight = { x: side / 2 - own.x * scale, y: side / 2 - own.y * scale, scale };
  const part = { x: 0, y: 0, width: side, height: side };
  paintTiles(onto, { x: 0, y: 0, scale: 1, tiles: layer.tiles }, { view: straight, part }, drawingOf);
  context.save();
  context.translate(width / 2, height / 2);
  context.rotate(((layer.turn ?? 0) * Math.PI) / 180);
  context.imageSmoothingEnabled = true;
  context.drawImage(sheet, -side / 2, -side / 2);
  context.restore();
  // Some browsers hold on to a canvas for long.
  sheet.width = 1;
}

const sheets = new WeakMap<CanvasRenderingContext2D, CanvasRenderingContext2D[]>();

/** Beside the stage, of its size, and empty. */
function sheetsOf(context: CanvasRenderingContext2D): CanvasRenderingContext2D[] {
  const made =
    sheets.get(context) ?? [0, 1].flatMap(() => document.createElement('canvas').getContext('2d') ?? []);
  sheets.set(context, made);
  const { width, height } = context.canvas;
  for (const { canvas } of made) Object.assign(canvas, { width, height });
  return made;
}

/** Draws a line around a shape, light beside dark, so that it is seen on everything. */
function ring(
  context: CanvasRenderingContext2D,
  ratio: number,
  draw: (onto: CanvasRenderingContext2D) => void,
): void {
  const [shape, line] = sheetsOf(context);
  if (!shape || !line) return;
  draw(shape);
  const { width, height } = context.canvas;
  for (const [colour, reach] of [
    ['black', 2 * ratio],
    ['white', ratio],
  ] as const) {
    line.globalCompositeOperation = 'source-over';
    line.clearRect(0, 0, width, height);
    for (const [x, y] of [
      [-reach, 0],
      [reach, 0],
      [0, -reach],
      [0, reach],
    ] as const)
      line.drawImage(shape.canvas, x, y);
    line.globalCompositeOperation = 'source-in';
    line.fillStyle = colour;
    line.fillRect(0, 0, width, height);
    line.globalCompositeOperation = 'destination-out';
    line.drawImage(shape.canvas, 0, 0);
    context.drawImage(line.canvas, 0, 0);
  }
}

/**
 * Which parts of the canvas have to be drawn anew; undefined: all of it. What is moved without being scaled shows strips
 * at its sides, and a stroke changes what is around it: with twenty layers of 8,192 pixels drawing all takes too long.
 */
function listStale(
  last: Shown,
  next: Shown,
  { dirty, settled }: { dirty: Rect | undefined; settled: readonly Layer[] },
): Rect[] | undefined {
  const { width, height, view } = next;
  const [x, y] = [view.x - last.view.x, view.y - last.view.y];
  const isKept =
    last.width === width &&
    last.height === height &&
    last.ghost === next.ghost &&
    last.groups === next.groups &&
    last.selection === next.selection &&
    last.view.scale === view.scale &&
    Math.abs(x) < width &&
    Math.abs(y) < height &&
    (last.layers === next.layers || isStroke(last.layers, next.layers, settled));
  if (!isKept) return undefined;
  const whole = { x: 0, y: 0, width, height };
  const parts: (Rect | undefined)[] = [
    x !== 0 ? { x: x > 0 ? 0 : width + x, y: 0, width: Math.abs(x), height } : undefined,
    y !== 0 ? { x: 0, y: y > 0 ? 0 : height + y, width, height: Math.abs(y) } : undefined,
  ];
  if (dirty) {
    // Smoothing reaches some pixels further.
    const [left, top] = [dirty.x * view.scale + view.x - 3, dirty.y * view.scale + view.y - 3];
    const [across, down] = [dirty.width * view.scale + 6, dirty.height * view.scale + 6];
    const [from, to] = [
      { x: Math.floor(left), y: Math.floor(top) },
      { x: Math.ceil(left + across), y: Math.ceil(top + down) },
    ];
    parts.push(intersect(whole, { ...from, width: to.x - from.x, height: to.y - from.y }));
  }
  return parts.filter((part) => part !== undefined);
}

/** A stroke has begun, gone on or ended in one layer. One that is dropped is none: what it had painted goes. */
function isStroke(before: readonly Layer[], after: readonly Layer[], settled: readonly Layer[]): boolean {
  const changed = after.filter((layer, at) => layer !== before[at]);
  const [layer] = changed;
  const known = layer && before[after.indexOf(layer)];
  return (
    before.length === after.length &&
    changed.length === 1 &&
    known?.id === layer?.id &&
    (known?.tiles === layer?.tiles || (before === settled && after !== settled)) &&
    (['x', 'y', 'scale', 'turn', 'opacity', 'blend', 'isHidden', 'kind'] as const).every(
      (name) => known?.[name] === layer?.[name],
    )
  );
}

function paintTiles(
  context: CanvasRenderingContext2D,
  { x, y, scale, tiles }: Pick<Layer, 'x' | 'y' | 'scale' | 'tiles'>,
  { view, part }: { view: PlaneView; part: Rect },
  drawingOf: (tile: Tile) => HTMLCanvasElement,
): void {
  const [partRight, partBottom] = [part.x + part.width, part.y + part.height];
  const size = view.scale * scale;
  context.imageSmoothingEnabled = size < 3;
  context.imageSmoothingQuality = 'medium';
  for (const [key, tile] of tiles) {
    const place = rectOf(key);
    // On whole pixels of the screen, so that no line shows between squares.
    const left = Math.round((place.x * scale + x) * view.scale + view.x);
    const top = Math.round((place.y * scale + y) * view.scale + view.y);
    const right = Math.round(((place.x + tileSize) * scale + x) * view.scale + view.x);
    const bottom = Math.round(((place.y + tileSize) * scale + y) * view.scale + view.y);
    if (right <= part.x || bottom <= part.y || left >= partRight || top >= partBottom) continue;
    if (right === left || bottom === top) continue;
    context.drawImage(drawingOf(tile), left, top, right - left, bottom - top);
  }
}

import { type Board, type Layer, toLayer } from './engine/layers.ts';
import { rectOf, type Tile, tileSize } from './engine/tiles.ts';
import { type PlaneView, type Size, toPlane } from './plane.ts';

interface Scene {
  board: Board;
  ghost: Layer | undefined;
  view: PlaneView;
  stage: Size;
}

export interface Painter {
  paint(scene: Scene): void;
  /** These have changed in place. */
  renew(squares: readonly Tile[]): void;
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
  return {
    renew: (squares) => {
      for (const tile of squares) {
        const known = drawn.get(tile);
        if (known) put(known, tile);
      }
    },
    paint: ({ board, ghost, view, stage }) => {
      const ratio = Math.min(2, devicePixelRatio || 1);
      const [width, height] = [Math.round(stage.width * ratio), Math.round(stage.height * ratio)];
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
      context.clearRect(0, 0, width, height);
      const scaled = { x: view.x * ratio, y: view.y * ratio, scale: view.scale * ratio };
      const pictures = board.layers.filter(({ kind }) => kind === 'paint');
      const masks = board.layers.filter(({ kind }) => kind === 'mask');
      const shown = [...pictures, ...(ghost ? [ghost] : []), ...masks];
      for (const layer of shown.filter(({ isHidden }) => !isHidden)) {
        // A candidate is judged where it was redrawn, and the mask may go on meanwhile.
        context.globalAlpha = layer.kind === 'paint' ? layer.opacity : ghost ? maskOpacity / 3 : maskOpacity;
        context.globalCompositeOperation = (layer.kind === 'paint' && layer.blend) || 'source-over';
        if (layer.turn) paintTurned(context, layer, scaled, drawingOf);
        else paintTiles(context, layer, scaled, drawingOf);
      }
      context.globalAlpha = 1;
      context.globalCompositeOperation = 'source-over';
      const { selection } = board;
      if (selection)
        ring(context, ratio, (onto) =>
          paintTiles(onto, { x: 0, y: 0, scale: 1, tiles: selection }, scaled, shapeOf),
        );
    },
  };
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
  paintTiles(onto, { x: 0, y: 0, scale: 1, tiles: layer.tiles }, straight, drawingOf);
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

function paintTiles(
  context: CanvasRenderingContext2D,
  { x, y, scale, tiles }: Pick<Layer, 'x' | 'y' | 'scale' | 'tiles'>,
  view: PlaneView,
  drawingOf: (tile: Tile) => HTMLCanvasElement,
): void {
  const { width, height } = context.canvas;
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
    if (right <= 0 || bottom <= 0 || left >= width || top >= height || right === left || bottom === top)
      continue;
    context.drawImage(drawingOf(tile), left, top, right - left, bottom - top);
  }
}

import type { Board, Layer } from './engine/layers.ts';
import { rectOf, type Tile, tileSize } from './engine/tiles.ts';
import type { PlaneView, Size } from './plane.ts';

export interface Painter {
  paint(scene: { board: Board; ghost: Layer | undefined; view: PlaneView; stage: Size }): void;
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
  const drawingOf = (tile: Tile): HTMLCanvasElement => {
    const known = drawn.get(tile);
    if (known) return known;
    const made = Object.assign(document.createElement('canvas'), { width: tileSize, height: tileSize });
    drawn.set(tile, made);
    put(made, tile);
    return made;
  };
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
        paintLayer(context, layer, scaled, drawingOf);
      }
      context.globalAlpha = 1;
    },
  };
}

const put = (canvas: HTMLCanvasElement, tile: Tile): void =>
  canvas.getContext('2d')?.putImageData(new ImageData(tile, tileSize, tileSize), 0, 0);

function paintLayer(
  context: CanvasRenderingContext2D,
  { x, y, scale, tiles }: Layer,
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

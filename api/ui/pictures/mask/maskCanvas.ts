import { encodeGreyPng } from './encodePng.ts';
import { listVisible, type MaskDrawing, type MaskStep, type StrokePoint } from './maskStrokes.ts';
import {
  blurPlane,
  fillArea,
  fillColour,
  type Pixels,
  type Plane,
  scaleRows,
  workingScale,
} from './plane.ts';

export interface MaskCanvas {
  /** Shows a drawing; of one that goes on from the last it draws what is new. */
  show(drawing: MaskDrawing): void;
  /** Draws what has come to a stroke that is not finished. */
  showStroke(points: readonly StrokePoint[], from: number, isErasing: boolean): void;
  /** The next drawing is drawn from its beginning. */
  forget(): void;
  readPlane(): Plane;
  /** What lies below, for steps that go by its colours; they are drawn once it is known. */
  setPicture(image: HTMLImageElement): void;
}

/** Draws masks into a canvas of the working size: full colour where the picture is drawn anew, nothing elsewhere. */
export function createMaskCanvas(
  canvas: HTMLCanvasElement,
  picture: { width: number; height: number },
  colours: readonly [string, string],
): MaskCanvas {
  const scale = workingScale(picture);
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('the browser gives no canvas to draw on');
  let drawn: readonly MaskStep[] = [];
  let pixels: Pixels | undefined;
  const { width, height } = canvas;
  const colour = createStripes(context, colours, Math.max(4, Math.round(Math.max(width, height) / 96)));
  const wipe = () => context.clearRect(0, 0, width, height);
  const readPlane = (): Plane => {
    const { data } = context.getImageData(0, 0, width, height);
    const bytes = new Uint8Array(width * height);
    for (let index = 0; index < bytes.length; index++) bytes[index] = data[index * 4 + 3] ?? 0;
    return { width, height, bytes };
  };
  const paintAll = (operation: GlobalCompositeOperation) => {
    context.globalCompositeOperation = operation;
    context.fillStyle = colour;
    context.fillRect(0, 0, width, height);
  };
  const showStroke: MaskCanvas['showStroke'] = (points, from, isErasing) => {
    context.globalCompositeOperation = isErasing ? 'destination-out' : 'source-over';
    drawStroke(context, { points, from, scale, colour });
  };
  const drawStep = (step: MaskStep) => {
    switch (step.kind) {
      case 'stroke':
        return showStroke(step.points, 0, step.isErasing);
      case 'fillAll':
        return paintAll('source-over');
      case 'clear':
        return wipe();
      case 'invert':
        // Full where nothing was, nothing where it was full.
        return paintAll('xor');
      case 'area':
        return drawArea(context, step, scale, colour);
      case 'wand': {
        const plane = readPlane();
        const place = { ...step, x: step.x * scale, y: step.y * scale };
        if (pixels && fillColour(plane, pixels, place)) writePlane(context, plane, colour);
        return;
      }
      case 'fill': {
        const plane = readPlane();
        if (fillArea(plane, step.x * scale, step.y * scale, step.isErasing))
          writePlane(context, plane, colour);
      }
    }
  };
  const forget = () => {
    drawn = [];
    wipe();
  };
  return {
    readPlane,
    showStroke,
    forget,
    setPicture: (image) => {
      pixels = readPixels(image, { width, height });
      const steps = drawn;
      if (!steps.some(({ kind }) => kind === 'wand')) return;
      forget();
      for (const step of steps) drawStep(step);
      drawn = steps;
    },
    show: (drawing) => {
      const steps = listVisible(drawing);
      const goesOn = drawn.length > 0 && drawn.every((step, index) => step === steps[index]);
      if (!goesOn) wipe();
      for (const step of goesOn ? steps.slice(drawn.length) : steps) drawStep(step);
      drawn = steps;
    },
  };
}

/** Undefined: it is of a site that lets nobody read it. */
function readPixels(image: HTMLImageElement, size: { width: number; height: number }): Pixels | undefined {
  const context = Object.assign(document.createElement('canvas'), size).getContext('2d');
  context?.drawImage(image, 0, 0, size.width, size.height);
  try {
    return context?.getImageData(0, 0, size.width, size.height);
  } catch {
    return undefined;
  }
}

/** Of two colours, a light and a dark one: whatever the picture shows, one of them can be seen on it. */
function createStripes(
  context: CanvasRenderingContext2D,
  [one, other]: readonly [string, string],
  width: number,
): CanvasPattern | string {
  const size = 2 * width;
  const tile = Object.assign(document.createElement('canvas'), { width: size, height: size });
  const drawn = tile.getContext('2d');
  if (!drawn) return one;
  drawn.fillStyle = one;
  drawn.fillRect(0, 0, size, size);
  drawn.strokeStyle = other;
  drawn.lineWidth = width / Math.SQRT2;
  for (const shift of [-size, 0, size]) {
    drawn.beginPath();
    drawn.moveTo(shift - width, size + width);
    drawn.lineTo(shift + size + width, -width);
    drawn.stroke();
  }
  return context.createPattern(tile, 'repeat') ?? one;
}

function drawArea(
  context: CanvasRenderingContext2D,
  { points, isErasing }: Extract<MaskStep, { kind: 'area' }>,
  scale: number,
  colour: CanvasPattern | string,
): void {
  context.globalCompositeOperation = isErasing ? 'destination-out' : 'source-over';
  context.fillStyle = colour;
  context.beginPath();
  for (const { x, y } of points) context.lineTo(x * scale, y * scale);
  context.closePath();
  context.fill();
}

interface Stroke {
  points: readonly StrokePoint[];
  from: number;
  scale: number;
  colour: CanvasPattern | string;
}

/** Each piece has the width of its end; round ends join them. A lone point is a dot. */
function drawStroke(context: CanvasRenderingContext2D, { points, from, scale, colour }: Stroke): void {
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  for (let index = Math.max(0, from); index < points.length; index++) {
    const point = points[index];
    if (!point) continue;
    const before = points[index - 1];
    context.beginPath();
    if (before) {
      context.lineWidth = Math.max(1, point.width * scale);
      context.moveTo(before.x * scale, before.y * scale);
      context.lineTo(point.x * scale, point.y * scale);
      context.stroke();
    } else {
      context.arc(point.x * scale, point.y * scale, Math.max(0.5, (point.width * scale) / 2), 0, 2 * Math.PI);
      context.fill();
    }
  }
}

/** Colours the canvas by the plane: coverage becomes opacity. */
function writePlane(
  context: CanvasRenderingContext2D,
  { width, height, bytes }: Plane,
  colour: CanvasPattern | string,
): void {
  const image = context.createImageData(width, height);
  for (let index = 0; index < bytes.length; index++) image.data[index * 4 + 3] = bytes[index] ?? 0;
  context.putImageData(image, 0, 0);
  context.globalCompositeOperation = 'source-in';
  context.fillStyle = colour;
  context.fillRect(0, 0, width, height);
}

/** Half of the distance over which an edge fades is the deviation of the blur. */
export const blurOf = (feather: number): number => feather / 2;

/** The mask as the workflows take it: of the picture's size, one channel, white where it is drawn anew. */
export function encodeMask(plane: Plane, drawing: MaskDrawing): Promise<Blob> {
  const soft = blurPlane(plane, blurOf(drawing.feather) * workingScale(drawing));
  return encodeGreyPng(drawing, scaleRows(soft, drawing));
}

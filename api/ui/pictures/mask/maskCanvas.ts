import { encodeGreyPng } from './encodePng.ts';
import { listVisible, type MaskDrawing, type MaskStep, type StrokePoint } from './maskStrokes.ts';
import { blurPlane, fillArea, type Plane, scaleRows, workingScale } from './plane.ts';

export interface MaskCanvas {
  /** Shows a drawing; of one that goes on from the last it draws what is new. */
  show(drawing: MaskDrawing): void;
  /** Draws what has come to a stroke that is not finished. */
  showStroke(points: readonly StrokePoint[], from: number, isErasing: boolean): void;
  /** The next drawing is drawn from its beginning. */
  forget(): void;
  readPlane(): Plane;
}

/** Draws masks into a canvas of the working size: full colour where the picture is drawn anew, nothing elsewhere. */
export function createMaskCanvas(
  canvas: HTMLCanvasElement,
  picture: { width: number; height: number },
  colour: string,
): MaskCanvas {
  const scale = workingScale(picture);
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('the browser gives no canvas to draw on');
  let drawn: readonly MaskStep[] = [];
  const { width, height } = canvas;
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
      case 'fill': {
        const plane = readPlane();
        if (fillArea(plane, step.x * scale, step.y * scale, step.isErasing))
          writePlane(context, plane, colour);
      }
    }
  };
  return {
    readPlane,
    showStroke,
    forget: () => {
      drawn = [];
      wipe();
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

interface Stroke {
  points: readonly StrokePoint[];
  from: number;
  scale: number;
  colour: string;
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
  colour: string,
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

import { type Signal, signal } from '@preact/signals';
import type { MaskCanvas } from './maskCanvas.ts';
import {
  addStep,
  createDrawing,
  extendStroke,
  fitsPicture,
  type MaskDrawing,
  type Place,
  redo,
  type StrokePoint,
  undo,
} from './maskStrokes.ts';
import { fitView, type MaskView, reveal, zoomAt } from './maskView.ts';

export type MaskTool = 'brush' | 'eraser' | 'fill';

export interface PictureSize {
  width: number;
  height: number;
}

/** Everything that a mask editor is doing. Pointer, keys and toolbar move it; what is on screen follows. */
export interface MaskSession {
  readonly picture: PictureSize;
  readonly drawing: Signal<MaskDrawing>;
  readonly tool: Signal<MaskTool>;
  /** The width of the brush in pixels of the picture. */
  readonly brush: Signal<number>;
  readonly view: Signal<MaskView>;
  readonly stage: Signal<PictureSize>;
  /** Where the pointer was last, or where the arrow keys have brought it, in pixels of the picture. */
  readonly cursor: Signal<Place>;
  /** The keys move the cursor: then it is shown, and Space paints. */
  readonly isByKeys: Signal<boolean>;
  readonly isPainting: Signal<boolean>;
  /** Where it is drawn; absent before it is on screen. */
  canvas: MaskCanvas | undefined;
  change(next: (drawing: MaskDrawing) => MaskDrawing): void;
  undo(): void;
  redo(): void;
  beginStroke(point: StrokePoint, isErasing?: boolean): void;
  continueStroke(points: readonly StrokePoint[]): void;
  endStroke(): void;
  /** As if the stroke had not begun. */
  dropStroke(): void;
  fillAt(place: Place): void;
  setBrush(width: number): void;
  setStage(stage: PictureSize): void;
  zoom(factor: number, at?: Place): void;
  fit(): void;
  moveCursor(by: Place): void;
}

/** A part of the longer side, at which one can begin. */
const usualBrush = 0.08;
const widest = 0.5;

export function createMaskSession(picture: PictureSize, initial?: MaskDrawing): MaskSession {
  const longer = Math.max(picture.width, picture.height);
  const begun = fitsPicture(initial, picture) ? initial : createDrawing(picture);
  const state = {
    drawing: signal(begun),
    tool: signal<MaskTool>('brush'),
    brush: signal(Math.max(4, Math.round(longer * usualBrush))),
    view: signal<MaskView>({ x: 0, y: 0, scale: 1 }),
    stage: signal<PictureSize>({ width: 1, height: 1 }),
    cursor: signal<Place>({ x: picture.width / 2, y: picture.height / 2 }),
    isByKeys: signal(false),
    isPainting: signal(false),
  };
  const session: MaskSession = {
    picture,
    canvas: undefined,
    ...state,
    ...createHistory(state.drawing, () => session),
    ...createStrokes(() => session),
    ...createCamera(() => session),
    setBrush: (width) => {
      state.brush.value = Math.round(Math.min(longer * widest, Math.max(2, width)));
    },
  };
  return session;
}

function createHistory(drawing: Signal<MaskDrawing>, session: () => MaskSession) {
  const change: MaskSession['change'] = (next) => {
    // A stroke that is not finished is not part of any drawing.
    session().dropStroke();
    drawing.value = next(drawing.value);
    session().canvas?.show(drawing.value);
  };
  return { change, undo: () => change(undo), redo: () => change(redo) };
}

function createStrokes(session: () => MaskSession) {
  let stroke: { points: readonly StrokePoint[]; isErasing: boolean } | undefined;
  const finish = () => {
    const finished = stroke;
    stroke = undefined;
    session().isPainting.value = false;
    return finished;
  };
  return {
    beginStroke: (point: StrokePoint, isErasing = session().tool.value === 'eraser') => {
      stroke = { points: [point], isErasing };
      session().isPainting.value = true;
      session().canvas?.showStroke(stroke.points, 0, isErasing);
    },
    continueStroke: (points: readonly StrokePoint[]) => {
      if (!stroke) return;
      const from = stroke.points.length;
      stroke = { ...stroke, points: extendStroke(stroke.points, points) };
      session().canvas?.showStroke(stroke.points, from, stroke.isErasing);
    },
    endStroke: () => {
      const finished = finish();
      if (finished) session().change((drawing) => addStep(drawing, { kind: 'stroke', ...finished }));
    },
    dropStroke: () => {
      if (!finish()) return;
      const { canvas, drawing } = session();
      canvas?.forget();
      canvas?.show(drawing.value);
    },
    fillAt: (place: Place) => {
      const { picture, tool, change } = session();
      const isInside = place.x >= 0 && place.y >= 0 && place.x < picture.width && place.y < picture.height;
      const isErasing = tool.value === 'eraser';
      if (isInside) change((drawing) => addStep(drawing, { kind: 'fill', isErasing, ...place }));
    },
  };
}

function createCamera(session: () => MaskSession) {
  let isFitted = true;
  const fit = () => {
    const { view, picture, stage } = session();
    isFitted = true;
    view.value = fitView(picture, stage.value);
  };
  return {
    fit,
    setStage: (next: PictureSize) => {
      const { stage, view, picture } = session();
      stage.value = next;
      if (isFitted) fit();
      else view.value = zoomAt(view.value, { x: 0, y: 0 }, 1, picture, next);
    },
    zoom: (factor: number, at?: Place) => {
      const { view, picture, stage } = session();
      const { width, height } = stage.value;
      isFitted = false;
      view.value = zoomAt(view.value, at ?? { x: width / 2, y: height / 2 }, factor, picture, stage.value);
    },
    moveCursor: (by: Place) => {
      const { cursor, picture, view, stage } = session();
      const within = (at: number, most: number) => Math.min(most, Math.max(0, at));
      cursor.value = {
        x: within(cursor.value.x + by.x, picture.width),
        y: within(cursor.value.y + by.y, picture.height),
      };
      view.value = reveal(view.value, cursor.value, picture, stage.value);
    },
  };
}

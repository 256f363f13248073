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

type MaskTool = 'brush' | 'eraser' | 'lasso' | 'rectangle' | 'fill' | 'wand';

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
  /** How far a colour may be from the one that the wand is put on, from 0 to 1. */
  readonly tolerance: Signal<number>;
  /** Of a lasso or rectangle while it is drawn. */
  readonly outline: Signal<readonly Place[] | undefined>;
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
  /** Fills, or takes what has its colour, as the tool says. */
  fillAt(place: Place, isErasing?: boolean): void;
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
    tolerance: signal(0.12),
    outline: signal<readonly Place[] | undefined>(undefined),
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
  let stroke: { points: readonly StrokePoint[]; isErasing: boolean; tool: MaskTool } | undefined;
  const finish = () => {
    const finished = stroke;
    stroke = undefined;
    session().isPainting.value = false;
    session().outline.value = undefined;
    return finished;
  };
  const show = (from: number) => {
    if (!stroke) return;
    const { points, isErasing } = stroke;
    if (isArea(stroke.tool)) session().outline.value = outlineOf(stroke);
    else session().canvas?.showStroke(points, from, isErasing);
  };
  return {
    beginStroke: (point: StrokePoint, isErasing = session().tool.value === 'eraser') => {
      stroke = { points: [point], isErasing, tool: session().tool.value };
      session().isPainting.value = true;
      show(0);
    },
    continueStroke: (points: readonly StrokePoint[]) => {
      if (!stroke) return;
      const from = stroke.points.length;
      const isFine = isArea(stroke.tool);
      stroke = { ...stroke, points: extendStroke(stroke.points, isFine ? points.map(asHair) : points) };
      show(from);
    },
    endStroke: () => {
      const finished = finish();
      if (!finished) return;
      const { points, isErasing } = finished;
      if (!isArea(finished.tool))
        return session().change((drawing) => addStep(drawing, { kind: 'stroke', isErasing, points }));
      const outline = outlineOf(finished);
      if (enclosesNothing(outline)) return;
      session().change((drawing) => addStep(drawing, { kind: 'area', isErasing, points: outline }));
    },
    dropStroke: () => {
      if (!finish()) return;
      const { canvas, drawing } = session();
      canvas?.forget();
      canvas?.show(drawing.value);
    },
    fillAt: (place: Place, isErasing = session().tool.value === 'eraser') => {
      const { picture, tool, tolerance, change } = session();
      const isInside = place.x >= 0 && place.y >= 0 && place.x < picture.width && place.y < picture.height;
      if (!isInside) return;
      const { x, y } = place;
      change((drawing) =>
        addStep(
          drawing,
          tool.value === 'wand'
            ? { kind: 'wand', isErasing, x, y, tolerance: tolerance.value }
            : { kind: 'fill', isErasing, x, y },
        ),
      );
    },
  };
}

const isArea = (tool: MaskTool): boolean => tool === 'lasso' || tool === 'rectangle';

/** An outline is as fine as the pointer that draws it, whatever the brush. */
const asHair = (point: StrokePoint): StrokePoint => ({ ...point, width: 4 });

function outlineOf({ points, tool }: { points: readonly StrokePoint[]; tool: MaskTool }): readonly Place[] {
  if (tool === 'lasso') return points.map(({ x, y }) => ({ x, y }));
  const [from, to] = [points[0], points.at(-1)];
  if (!from || !to) return [];
  const [{ x, y }, right, bottom] = [from, to.x, to.y];
  return [
    { x, y },
    { x: right, y },
    { x: right, y: bottom },
    { x, y: bottom },
  ];
}

function enclosesNothing(outline: readonly Place[]): boolean {
  const spread = (values: number[]) => Math.max(...values) - Math.min(...values);
  return outline.length < 3 || spread(outline.map(({ x }) => x)) < 1 || spread(outline.map(({ y }) => y)) < 1;
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

import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Board, Layer, Lines } from './engine/board.ts';
import { beginStroke, type Dab, endStroke, type Stroke, strokeTo } from './engine/brush.ts';
import { type FrameLimits, usualLimits } from './engine/frame.ts';
import { chosenIds } from './engine/groups.ts';
import { addStep, beginHistory, type History, redo, replaceBoard, undo } from './engine/history.ts';
import { bake, changeLayer, flatten, openLayer, picturesOf } from './engine/layers.ts';
import {
  type Joining,
  joinSelections,
  maskColour,
  type Selection,
  selectColour,
  selectLasso,
  selectRect,
} from './engine/selection.ts';
import { keysIn, noTiles, type Rect, type Tile, union } from './engine/tiles.ts';
import { fitTo, type Place, type PlaneView, panBy, type Size, toStage, zoomAt } from './plane.ts';

export type SelectTool = 'rectangle' | 'lasso' | 'wand';
export type CanvasTool = 'brush' | 'eraser' | SelectTool | 'picker' | 'move' | 'frame' | 'hand';

export const isSelectTool = (tool: CanvasTool): tool is SelectTool =>
  tool === 'rectangle' || tool === 'lasso' || tool === 'wand';

export interface SelectSettings {
  joining: Joining;
  /** How far a colour may be from that of the place, from 0 to 1. */
  tolerance: number;
  /** Only what hangs together with the place. */
  isJoined: boolean;
}

export interface BrushSettings {
  size: number;
  hardness: number;
  opacity: number;
}

/** @param where they have changed, on the plane */
type SquaresListener = (squares: readonly Tile[], where: Rect) => void;

/** Everything that a canvas is doing. Pointer, keys and panels move it; what is on screen follows. */
export interface CanvasSession {
  readonly history: Signal<History>;
  readonly board: ReadonlySignal<Board>;
  /** The board with a stroke under way; what is drawn. */
  readonly drawn: ReadonlySignal<Board>;
  readonly view: Signal<PlaneView>;
  readonly stage: Signal<Size>;
  readonly tool: Signal<CanvasTool>;
  readonly brush: Signal<BrushSettings>;
  readonly selecting: Signal<SelectSettings>;
  /** What a rectangle or lasso goes around while it is drawn. */
  readonly outline: Signal<readonly Place[] | undefined>;
  /** As `#rrggbb`. */
  readonly colour: Signal<string>;
  /** Where the pointer was last, or where the keys have brought it, on the plane. */
  readonly cursor: Signal<Place>;
  readonly isByKeys: Signal<boolean>;
  readonly limits: Signal<FrameLimits>;
  /** The lines that lie under what is being moved. */
  readonly met: Signal<Lines | undefined>;
  /** The layer whose colours are being changed, as it was. */
  readonly adjusting: Signal<Layer | undefined>;
  /** The board is looked at: what would change it does nothing. */
  readonly isReadOnly: Signal<boolean>;
  /** Drawn above the layers and in none of them, such as a candidate. */
  readonly ghost: Signal<Layer | undefined>;
  isPainting(): boolean;
  /** Calls for squares of the stroke that have changed in place. @returns what ends it */
  onSquares(listener: SquaresListener): () => void;
  change(next: (board: Board) => Board, step?: string): void;
  /** @param isToo beside what is chosen, or no longer. It is no step. */
  choose(id: string, isToo?: boolean): void;
  /** As changing, but no step: what of the list is seen. */
  arrange(next: (board: Board) => Board): void;
  undo(): void;
  redo(): void;
  /** @returns whether there is a layer to paint on. */
  beginStroke(dab: Dab, isErasing?: boolean): boolean;
  continueStroke(dabs: readonly Dab[]): void;
  endStroke(): void;
  dropStroke(): void;
  /** @param joining that of the settings, unless a key says another */
  beginSelecting(place: Place, joining?: Joining): void;
  continueSelecting(places: readonly Place[]): void;
  endSelecting(): void;
  dropSelecting(): void;
  select(selection: Selection | undefined): void;
  pickColour(place: Place): void;
  setBrush(change: Partial<BrushSettings>): void;
  setStage(stage: Size): void;
  zoom(factor: number, at?: Place): void;
  panBy(by: Place): void;
  fit(): void;
}

const widest = 1_000;

export function createCanvasSession(first: Board): CanvasSession {
  const history = signal(beginHistory(first));
  const board = computed(() => history.value.board);
  const painting = signal<{ stroke: Stroke; layer: Layer; round: number } | undefined>(undefined);
  const state = {
    history,
    board,
    drawn: computed(() => {
      const now = painting.value;
      if (!now) return board.value;
      return changeLayer(board.value, now.layer.id, { ...now.layer, tiles: now.stroke.tiles });
    }),
    view: signal<PlaneView>({ x: 0, y: 0, scale: 1 }),
    stage: signal<Size>({ width: 1, height: 1 }),
    tool: signal<CanvasTool>('brush'),
    brush: signal<BrushSettings>({ size: 48, hardness: 0.7, opacity: 1 }),
    selecting: signal<SelectSettings>({ joining: 'replace', tolerance: 0.12, isJoined: true }),
    outline: signal<readonly Place[] | undefined>(undefined),
    colour: signal('#3b82f6'),
    cursor: signal<Place>({ x: first.frame.x, y: first.frame.y }),
    isByKeys: signal(false),
    limits: signal(usualLimits),
    met: signal<Lines | undefined>(undefined),
    adjusting: signal<Layer | undefined>(undefined),
    isReadOnly: signal(false),
    ghost: signal<Layer | undefined>(undefined),
  };
  const session: CanvasSession = {
    ...state,
    ...createSteps(state.history, () => session),
    ...createStrokes(painting, () => session),
    ...createSelecting(() => session),
    ...createCamera(() => session),
    pickColour: (place) => {
      const at = { x: Math.floor(place.x), y: Math.floor(place.y), width: 1, height: 1 };
      const [red = 0, green = 0, blue = 0, alpha = 0] = flatten(picturesOf(board.value), at);
      if (alpha > 0) state.colour.value = formatColour([red, green, blue]);
    },
    setBrush: (change) => {
      const next = { ...state.brush.value, ...change };
      state.brush.value = { ...next, size: Math.min(widest, Math.max(1, Math.round(next.size))) };
    },
  };
  return session;
}

function createSteps(history: Signal<History>, session: () => CanvasSession) {
  const apply = (next: (history: History) => History) => {
    // A stroke that is not finished is part of no step.
    session().dropStroke();
    history.value = next(history.value);
  };
  const applyIfOpen: typeof apply = (next) => {
    if (!session().isReadOnly.value) apply(next);
  };
  return {
    change: (next: (board: Board) => Board, step?: string) =>
      applyIfOpen((now) => addStep(now, next(now.board), step)),
    choose: (id: string, isToo = false) => apply((now) => replaceBoard(now, chooseIn(now.board, id, isToo))),
    arrange: (next: (board: Board) => Board) => apply((now) => replaceBoard(now, next(now.board))),
    undo: () => applyIfOpen(undo),
    redo: () => applyIfOpen(redo),
  };
}

function chooseIn(board: Board, id: string, isToo: boolean): Board {
  const before = isToo ? chosenIds(board) : [];
  const [chosen, ...alsoChosen] = before.includes(id) ? before.filter((one) => one !== id) : [id, ...before];
  return { ...board, chosen, alsoChosen };
}

type Painting = Signal<{ stroke: Stroke; layer: Layer; round: number } | undefined>;

function createStrokes(painting: Painting, session: () => CanvasSession) {
  const listeners = new Set<SquaresListener>();
  const continueStroke = (dabs: readonly Dab[]) => {
    const now = painting.value;
    if (!now) return;
    const { stroke, layer } = now;
    const squares = new Set<Tile>();
    let where: Rect | undefined;
    for (const { x, y, pressure } of dabs) {
      const changed = strokeTo(stroke, { x: x - layer.x, y: y - layer.y, pressure });
      for (const tile of squaresIn(stroke, changed)) squares.add(tile);
      where = union(where, changed);
    }
    if (where) {
      const onPlane = { ...where, x: where.x + layer.x, y: where.y + layer.y };
      for (const listener of listeners) listener([...squares], onPlane);
    }
    painting.value = { ...now, round: now.round + 1 };
  };
  return {
    isPainting: () => painting.value !== undefined,
    onSquares: (listener: SquaresListener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    beginStroke: (dab: Dab, isErasing = session().tool.value === 'eraser') => {
      const { board, brush, colour } = session();
      const chosen = openLayer(board.value);
      if (!chosen || session().isReadOnly.value) return false;
      const layer = bake(chosen);
      const isMask = layer.kind === 'mask';
      const settings = {
        ...brush.value,
        // A mask has no shades: what counts is where it is.
        ...(isMask && { opacity: 1, hardness: 1 }),
        colour: isMask ? maskColour : parseColour(colour.value),
        isErasing,
      };
      const { selection } = board.value;
      const limit = selection && { selection, x: layer.x, y: layer.y };
      painting.value = { stroke: beginStroke(layer.tiles, settings, limit), layer, round: 0 };
      continueStroke([dab]);
      return true;
    },
    continueStroke,
    endStroke: () => {
      const now = painting.value;
      painting.value = undefined;
      if (!now) return;
      const { stroke, layer } = now;
      session().change((board) =>
        changeLayer(board, layer.id, { ...layer, text: undefined, tiles: endStroke(stroke) }),
      );
    },
    dropStroke: () => {
      painting.value = undefined;
    },
  };
}

function* squaresIn({ tiles, before }: Stroke, rect: Rect | undefined): Generator<Tile> {
  if (!rect) return;
  for (const key of keysIn(rect)) {
    const tile = tiles.get(key);
    if (tile && tile !== before.get(key)) yield tile;
  }
}

function createSelecting(session: () => CanvasSession) {
  let how: Joining = 'replace';
  const join = (next: Selection) => {
    const { board } = session();
    session().select(joinSelections(board.value.selection, next, how));
  };
  const corners = ([a, b]: readonly [Place, Place]): readonly Place[] => [
    a,
    { x: b.x, y: a.y },
    b,
    { x: a.x, y: b.y },
  ];
  return {
    beginSelecting: (place: Place, joining = session().selecting.value.joining) => {
      const { tool, board, selecting, outline } = session();
      how = joining;
      if (tool.value !== 'wand') outline.value = [place];
      else join(selectColour(board.value, board.value.frame, { place, ...selecting.value }));
    },
    continueSelecting: (places: readonly Place[]) => {
      const { outline, tool } = session();
      const [first] = outline.value ?? [];
      const last = places.at(-1);
      if (!outline.value || !first || !last) return;
      outline.value = tool.value === 'lasso' ? [...outline.value, ...places] : corners([first, last]);
    },
    endSelecting: () => {
      const { outline, tool } = session();
      const points = outline.value;
      outline.value = undefined;
      if (!points) return;
      if (tool.value === 'lasso') return join(selectLasso(points));
      const [from, , to] = points;
      join(from && to ? selectRect(rectBetween(from, to)) : noTiles);
    },
    dropSelecting: () => {
      session().outline.value = undefined;
    },
    select: (selection: Selection | undefined) => {
      const { board } = session();
      if (selection !== board.value.selection)
        session().change((now) => ({ ...now, selection: selection?.size === 0 ? undefined : selection }));
    },
  };
}

function rectBetween(a: Place, b: Place): Rect {
  const [x, y] = [Math.round(Math.min(a.x, b.x)), Math.round(Math.min(a.y, b.y))];
  return { x, y, width: Math.round(Math.max(a.x, b.x)) - x, height: Math.round(Math.max(a.y, b.y)) - y };
}

function createCamera(session: () => CanvasSession) {
  /** While it is the view, nobody has moved it since. */
  let fitted: PlaneView | undefined;
  const fit = () => {
    const { view, stage, board } = session();
    fitted = fitTo(board.value.frame, stage.value);
    view.value = fitted;
  };
  return {
    fit,
    setStage: (next: Size) => {
      const { view, stage } = session();
      stage.value = next;
      if (fitted === undefined || fitted === view.value) fit();
    },
    panBy: (by: Place) => {
      const { view } = session();
      view.value = panBy(view.value, by);
    },
    zoom: (factor: number, at?: Place) => {
      const { view, stage } = session();
      view.value = zoomAt(view.value, at ?? { x: stage.value.width / 2, y: stage.value.height / 2 }, factor);
    },
  };
}

export const parseColour = (text: string): [number, number, number] => {
  const value = Number.parseInt(text.slice(1), 16) || 0;
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
};

const formatColour = (parts: readonly number[]): string =>
  `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;

/** Brings the cursor into sight. */
export function reveal({ view, stage, cursor }: CanvasSession): void {
  const { x, y } = toStage(view.value, cursor.value);
  const margin = 40;
  const beyond = (at: number, room: number) =>
    at < margin ? margin - at : at > room - margin ? room - margin - at : 0;
  const by = { x: beyond(x, stage.value.width), y: beyond(y, stage.value.height) };
  if (by.x !== 0 || by.y !== 0)
    view.value = { ...view.value, x: view.value.x + by.x, y: view.value.y + by.y };
}

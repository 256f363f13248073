import { type CanvasSession, parseColour } from './canvasSession.ts';
import type { Layer } from './engine/board.ts';
import { changeLayer, chosenLayer, createLayer, openLayer } from './engine/layers.ts';
import {
  eraseSelected,
  fillSelected,
  invertSelection,
  keepSelected,
  maskColour,
  selectRect,
  softenSelection,
} from './engine/selection.ts';
import { texts } from './texts.ts';
import { putLayer } from './workshop.ts';

export const selectAll = (session: CanvasSession): void =>
  session.select(selectRect(session.board.value.frame));

export const invert = (session: CanvasSession): void => {
  const { selection, frame } = session.board.value;
  session.select(invertSelection(selection, frame));
};

export const soften = (session: CanvasSession, radius: number): void => {
  const { selection } = session.board.value;
  if (selection) session.select(softenSelection(selection, radius));
};

/** @returns whether there was something to change */
function changeChosen(session: CanvasSession, change: (layer: Layer) => Layer): boolean {
  const layer = openLayer(session.board.value);
  if (!layer) return false;
  session.change((board) => changeLayer(board, layer.id, change(layer)));
  return true;
}

export function erase(session: CanvasSession): boolean {
  const { selection } = session.board.value;
  return selection !== undefined && changeChosen(session, (layer) => eraseSelected(layer, selection));
}

export function fill(session: CanvasSession): boolean {
  const { board, colour } = session;
  const { selection } = board.value;
  const colourOf = ({ kind }: Layer) => (kind === 'mask' ? maskColour : parseColour(colour.value));
  return (
    selection !== undefined &&
    changeChosen(session, (layer) => fillSelected(layer, selection, colourOf(layer)))
  );
}

/** Leaves nothing of the layer but what is selected. */
export function crop(session: CanvasSession): boolean {
  const { selection } = session.board.value;
  return selection !== undefined && changeChosen(session, (layer) => keepSelected(layer, selection));
}

/** Says where the picture is redrawn. */
export function toMask(session: CanvasSession): boolean {
  const { selection } = session.board.value;
  return selection !== undefined && putLayer(session, createLayer('mask', texts.maskName, selection));
}

/** What was copied last on this page, and by which name the clipboard knows it. */
let copied: { name: string; layer: Layer } | undefined;
const clipType = 'text/x-canvas-layer';

/** What is selected of the chosen layer, or all of it. @returns whether there is any */
export function copy({ board }: CanvasSession, transfer: DataTransfer | null): boolean {
  const layer = chosenLayer(board.value);
  if (!layer) return false;
  const { selection } = board.value;
  const kept = selection ? keepSelected(layer, selection) : layer;
  if (kept.tiles.size === 0) return false;
  copied = { name: crypto.randomUUID(), layer: kept };
  transfer?.setData(clipType, copied.name);
  return true;
}

export function cut(session: CanvasSession, transfer: DataTransfer | null): boolean {
  const layer = openLayer(session.board.value);
  if (!layer || !copy(session, transfer)) return false;
  return session.board.value.selection
    ? erase(session)
    : changeChosen(session, (one) => ({ ...one, tiles: new Map() }));
}

/** As a layer, in the place that it was copied from. @returns whether the clipboard holds what was copied here */
export function paste(session: CanvasSession, transfer: DataTransfer | null): boolean {
  if (!copied || transfer?.getData(clipType) !== copied.name) return false;
  const { layer } = copied;
  const name = texts.copyName(layer.name).slice(0, 100);
  return putLayer(session, { ...layer, id: crypto.randomUUID(), name, isLocked: false, isHidden: false });
}

/** A layer of its own of what is selected. */
export function lift(session: CanvasSession): boolean {
  const layer = chosenLayer(session.board.value);
  const { selection } = session.board.value;
  if (!layer || !selection) return false;
  const name = texts.copyName(layer.name).slice(0, 100);
  const kept = keepSelected(layer, selection);
  return (
    kept.tiles.size > 0 &&
    putLayer(session, { ...kept, id: crypto.randomUUID(), name, isLocked: false, isHidden: false })
  );
}

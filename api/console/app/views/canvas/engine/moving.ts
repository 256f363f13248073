import type { Board, Layer } from './board.ts';
import { chosenLayers, isLockedIn, type Stack } from './groups.ts';
import { cornersOfRect, fromLayer, placeOfAll, transformLayer } from './layers.ts';
import { boundsOf } from './tiles.ts';

interface Place {
  x: number;
  y: number;
}

/** What is moved, scaled and turned as one: a layer with its own corners, or several with those of all of them. */
export interface Moved {
  layers: readonly Layer[];
  /** On the plane: from the upper left one, clockwise. */
  corners: readonly [Place, Place, Place, Place];
  middle: Place;
  /** Of the layer; several begin with 1. */
  scale: number;
  /** Of the layer; several begin with 0. */
  turn: number;
  isLocked: boolean;
}

/** @returns undefined where nothing is painted on what is chosen */
export function movedOf(board: Board): Moved | undefined {
  const layers = chosenLayers(board);
  const [only] = layers;
  const isOne = layers.length === 1 && only !== undefined;
  const bounds = isOne ? boundsOf(only.tiles) : placeOfAll(layers);
  if (!bounds) return undefined;
  const onPlane = (place: Place) => (isOne ? fromLayer(only, place) : place);
  const [first, second, third, fourth] = cornersOfRect(bounds).map(onPlane) as [Place, Place, Place, Place];
  return {
    layers,
    corners: [first, second, third, fourth],
    middle: { x: (first.x + third.x) / 2, y: (first.y + third.y) / 2 },
    scale: isOne ? only.scale : 1,
    turn: isOne ? (only.turn ?? 0) : 0,
    isLocked: layers.some((layer) => isLockedIn(board, layer)),
  };
}

const leastScale = 0.02;
const mostScale = 16;

/** To a scale and a turn, about its middle or about a place that stays. */
export function transformMoved(
  { layers, scale: from, turn, middle }: Moved,
  change: { scale?: number; turn?: number },
  fixed: Place = middle,
): Layer[] {
  const scales = layers.map(({ scale }) => scale);
  const wanted = (change.scale ?? from) / from;
  const factor = Math.min(
    mostScale / Math.max(...scales),
    Math.max(leastScale / Math.min(...scales), wanted),
  );
  const by = (change.turn ?? turn) - turn;
  return layers.map((layer) =>
    transformLayer(layer, { scale: layer.scale * factor, turn: (layer.turn ?? 0) + by }, fixed),
  );
}

export const shiftLayers = (layers: readonly Layer[], by: Place): Layer[] =>
  layers.map((layer) => ({ ...layer, x: Math.round(layer.x + by.x), y: Math.round(layer.y + by.y) }));

/** With these as they are now. */
export const putChanged = <Some extends Stack>(stack: Some, changed: readonly Layer[]): Some => ({
  ...stack,
  layers: stack.layers.map((layer) => changed.find(({ id }) => id === layer.id) ?? layer),
});

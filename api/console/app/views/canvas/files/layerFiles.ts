import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import type { CanvasSession } from '../canvasSession.ts';
import type { Layer } from '../engine/board.ts';
import { mostGroups } from '../engine/groups.ts';
import {
  addStack,
  createLayer,
  flatten,
  mostLayers,
  picturesOf,
  placeOf,
  placeOfAll,
  readLayer,
} from '../engine/layers.ts';
import { noTiles, type Rect, union, writePixels } from '../engine/tiles.ts';
import { countSquares, mostSquares } from '../squares.ts';
import { texts } from '../texts.ts';
import type { FileAnswer, FileOrder } from './fileWorker.ts';
import { type LayerFile, mostFileBytes, mostPixels } from './layerFile.ts';

/** Away from the page, whose strokes would wait: such a file takes seconds. @throws where the worker ends */
async function order(order: FileOrder, given: Transferable[]): Promise<FileAnswer> {
  const worker = new Worker(new URL('./fileWorker.ts', import.meta.url), { type: 'module' });
  try {
    return await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<FileAnswer>) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage(order, given);
    });
  } finally {
    worker.terminate();
  }
}

const faults = {
  broken: () => texts.fileBroken,
  large: () => texts.fileLarge,
};

const changes = {
  masks: () => texts.masksApplied,
  effects: () => texts.effectsLeft,
};

const refuse = (text: string): void => void showToast({ tone: 'bad', text });

/** Puts the layers of a PSD or an ORA on the board, its upper left corner in that of the frame, as one step. */
export async function putLayerFile(session: CanvasSession, file: Blob): Promise<void> {
  if (file.size > mostFileBytes) return refuse(texts.fileLarge);
  const bytes = new Uint8Array(await file.arrayBuffer());
  const answer = await order({ read: bytes }, [bytes.buffer]);
  if ('fault' in answer) return refuse(faults[answer.fault]());
  if (!('read' in answer)) return;
  const { frame, layers, groups } = session.board.value;
  const ids = new Map(answer.read.groups.map(({ id }) => [id, crypto.randomUUID()]));
  const newId = (id: string | undefined) => (id === undefined ? undefined : ids.get(id));
  const madeLayers = answer.read.layers.map((layer): Layer => {
    const place = { x: layer.x, y: layer.y, width: layer.width, height: layer.height };
    const name = layer.name.slice(0, 100) || texts.pictureName;
    const { opacity, isHidden, blend } = layer;
    const own = createLayer('paint', name, writePixels(noTiles, place, layer.bytes));
    return { ...own, opacity, isHidden, blend, group: newId(layer.group), x: frame.x, y: frame.y };
  });
  const made = {
    layers: madeLayers,
    groups: answer.read.groups.map((group) => ({
      ...group,
      id: newId(group.id) ?? group.id,
      name: group.name.slice(0, 100) || texts.groupName,
      group: newId(group.group),
      isLocked: false,
    })),
  };
  if (countSquares({ layers: [...layers, ...made.layers] }) > mostSquares) return refuse(texts.tooLarge);
  const isMuch = layers.length + made.layers.length > mostLayers;
  if (isMuch || groups.length + made.groups.length > mostGroups) return refuse(texts.mostLayers);
  session.change((board) => addStack(board, made));
  const { changed = [] } = answer.read;
  if (changed.length > 0) showToast({ text: changed.map((change) => changes[change]()).join(' ') });
}

/** @returns all layers as a PSD; undefined where there are none or too much of them, which the person is told */
export async function makePsd({ board }: CanvasSession): Promise<Blob | undefined> {
  const { layers, groups, frame } = board.value;
  const placed = layers.flatMap((layer) => {
    const place = placeOf(layer);
    return place ? [{ layer, place }] : [];
  });
  const area = union(placeOfAll(layers), placed.length > 0 ? frame : undefined);
  const pixels = placed.reduce((sum, { place }) => sum + place.width * place.height, 0);
  if (!area || Math.max(pixels, area.width * area.height) > mostPixels) {
    showToast({ text: area ? texts.fileLarge : texts.nothingToSave });
    return undefined;
  }
  const write: LayerFile = {
    width: area.width,
    height: area.height,
    layers: placed.map(({ layer, place }) => presentLayer(layer, place, area)),
    groups: [...groups],
  };
  const merged = flatten(picturesOf(board.value), area);
  const buffers = [merged.buffer, ...write.layers.map(({ bytes }) => bytes.buffer)];
  const answer = await order({ write, merged }, buffers);
  return 'written' in answer ? new Blob([answer.written], { type: 'image/vnd.adobe.photoshop' }) : undefined;
}

/** Masks of ours are layers that are not seen. */
function presentLayer(layer: Layer, place: Rect, area: Rect): LayerFile['layers'][number] {
  const { name, opacity, blend, isHidden, kind, group } = layer;
  return {
    name,
    opacity,
    blend,
    isHidden: isHidden || kind !== 'paint',
    group,
    x: place.x - area.x,
    y: place.y - area.y,
    width: place.width,
    height: place.height,
    bytes: readLayer(layer, place),
  };
}

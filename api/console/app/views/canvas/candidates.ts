import { type Signal, signal } from '@preact/signals';
import type { AssetView } from '@star-graph/contract/assets/assets';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import type { LiveTask } from '../../data/applyEvent.ts';
import { liveTasks } from '../../data/live.ts';
import { api } from '../../session/session.ts';
import type { Press } from '../create/presses.ts';
import { pressOfTask } from '../create/pressRef.ts';
import type { Asked } from './asked.ts';
import { coverOf, cutOut, readSituation, redrawnOf } from './engine/blend.ts';
import type { Layer } from './engine/board.ts';
import { createLayer } from './engine/layers.ts';
import { noTiles, writePixels } from './engine/tiles.ts';

export interface Candidate extends Asked {
  task: TaskView;
  output: AssetView;
}

/** Tasks of earlier pages, which events do not tell of. */
const earlier: Signal<ReadonlyMap<string, TaskView>> = signal(new Map());
const pageSize = 50;

/** Finds the tasks of what an earlier page asked for. @throws what the server refused */
export async function findEarlier(asked: readonly Asked[]): Promise<void> {
  const keys = new Set(asked.map(({ key }) => key));
  if (keys.size === 0) return;
  const { items } = await api.listTasks({ query: { limit: pageSize } });
  const found = new Map(earlier.value);
  for (const task of items) {
    const key = pressOfTask(task);
    if (key !== undefined && keys.has(key)) found.set(key, task);
  }
  earlier.value = found;
}

/** The task of each, as far as it is known. */
function liveOf(asked: readonly Asked[]): Map<string, LiveTask> {
  const keys = new Set(asked.map(({ key }) => key));
  const found = new Map<string, LiveTask>();
  for (const [key, task] of earlier.value) if (keys.has(key)) found.set(key, { task });
  for (const live of liveTasks.value.values()) {
    const key = pressOfTask(live.task);
    if (key !== undefined && keys.has(key)) found.set(key, live);
  }
  return found;
}

/** All results that wait for a choice, in the order in which they were asked for. */
export const listCandidates = (asked: readonly Asked[]): Candidate[] => {
  const live = liveOf(asked);
  return asked.flatMap((one) => {
    const task = live.get(one.key)?.task;
    return (task?.outputs ?? [])
      .filter(({ id, mime }) => mime.startsWith('image/') && !one.dropped?.includes(id))
      .map((output) => ({ ...one, task: task as TaskView, output }));
  });
};

/** Those that are neither ended nor to be seen as results: they wait, work or have failed. */
export function listOpen(
  asked: readonly Asked[],
  presses: readonly Press[],
): { asked: Asked; live: LiveTask | undefined; press: Press | undefined }[] {
  const live = liveOf(asked);
  return asked
    .map((one) => ({
      asked: one,
      live: live.get(one.key),
      press: presses.find(({ key }) => key === one.key),
    }))
    .filter(({ live: found }) => found?.task.status !== 'succeeded');
}

const layers = new Map<string, Promise<Layer>>();
const mostLayers = 12;

/** A candidate as the layer that it becomes: nothing of it is seen where nothing is redrawn. */
export function layerOf(candidate: Candidate, known?: Uint8Array): Promise<Layer> {
  const { output, frame } = candidate;
  const before = layers.get(output.id);
  if (before) return before;
  const made = (async () => {
    const cover = known ?? (await readCover(candidate));
    const pixels = await readPicture(output.url, frame);
    const cut = cutOut(pixels, cover);
    const place = { x: 0, y: 0, width: frame.width, height: frame.height };
    return { ...createLayer('paint', output.id, writePixels(noTiles, place, cut)), x: frame.x, y: frame.y };
  })();
  layers.set(output.id, made);
  made.catch(() => layers.delete(output.id));
  const [oldest] = layers.keys();
  if (layers.size > mostLayers && oldest !== undefined) layers.delete(oldest);
  return made;
}

/** A picture's pixels at a size. @throws where it does not come, or is none */
export async function readPicture(
  url: string,
  size?: { width: number; height: number },
): Promise<Uint8ClampedArray<ArrayBuffer>> {
  return (await decodePicture(await fetchBlob(url), size)).bytes;
}

async function fetchBlob(url: string): Promise<Blob> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`a picture did not come: ${answer.status}`);
  return answer.blob();
}

export async function decodePicture(
  file: Blob,
  size?: { width: number; height: number },
): Promise<{ width: number; height: number; bytes: Uint8ClampedArray<ArrayBuffer> }> {
  const bitmap = await createImageBitmap(file, { premultiplyAlpha: 'none' });
  const { width, height } = size ?? bitmap;
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('the browser gives no canvas to read from');
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  // Some browsers hold on to a canvas for long.
  canvas.width = 1;
  canvas.height = 1;
  return { width, height, bytes: new Uint8ClampedArray(data) };
}

const wholeLayerActs = new Set(['upscale', 'remove-background']);

/** What was redrawn, from what the task was given: the page that asked for it is gone. */
async function readCover({ task, frame }: Candidate): Promise<Uint8Array> {
  const area = frame.width * frame.height;
  const { mask, left, top, right, bottom, image } = task.params;
  // What a layer showed nothing of, models fill with something.
  if (wholeLayerActs.has(task.workflow.name) && typeof image === 'string') {
    const { url } = await api.getAsset({ params: { id: image } });
    const pixels = await readPicture(url, frame);
    return Uint8Array.from({ length: area }, (_, at) => pixels[at * 4 + 3] ?? 0);
  }
  const isKept = new Uint8Array(area);
  if (typeof mask === 'string') {
    const { url } = await api.getAsset({ params: { id: mask } });
    const bytes = await readPicture(url, frame);
    for (let at = 0; at < area; at++) isKept[at] = (bytes[at * 4] ?? 0) < 128 ? 1 : 0;
  } else if ([left, top, right, bottom].every((side) => typeof side === 'number')) {
    const [west, north, east, south] = [left, top, right, bottom] as number[];
    for (let at = 0; at < area; at++) {
      const [x, y] = [at % frame.width, Math.floor(at / frame.width)];
      const isWithin = x >= (west ?? 0) && x < frame.width - (east ?? 0);
      isKept[at] = isWithin && y >= (north ?? 0) && y < frame.height - (south ?? 0) ? 1 : 0;
    }
  } else return new Uint8Array(area).fill(255);
  const pixels = new Uint8ClampedArray(area * 4);
  const masked = new Uint8ClampedArray(area * 4);
  // An extended picture had nothing to blend with; what a mask covers had.
  const isMask = typeof mask === 'string';
  for (let at = 0; at < area; at++) {
    pixels[at * 4 + 3] = isMask || isKept[at] === 1 ? 255 : 0;
    masked[at * 4 + 3] = isKept[at] === 1 ? 0 : 255;
  }
  const situation = readSituation(frame, pixels, masked);
  return coverOf(situation, redrawnOf(situation));
}

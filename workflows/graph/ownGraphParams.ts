import { z } from 'zod';
import type { FileKind } from '../shared/mediaKinds.ts';
import type { Graph } from './graph.ts';

export const mostPictures = 16;
export const mostFilms = 4;
export const mostSounds = 4;

const numbered = <Name extends string>(name: Name, count: number) =>
  Array.from({ length: count }, (_, index) => `${name}${index + 1}`);

const pictureParams = numbered('image', mostPictures);
const filmParams = numbered('video', mostFilms);
const soundParams = numbered('audio', mostSounds);

const asset = (kind: FileKind) => z.string().meta({ 'x-asset': kind }).optional();

/** A graph that was checked, with the terms on which it runs. */
export interface OwnGraphParams {
  /** All texts of the graph, for lists and for the rules of words. */
  prompt: string;
  graph: Graph;
  /** After so many GPU-seconds it is stopped. */
  mostSeconds: number;
  creditsPerSecond: number;
  [input: string]: unknown;
}

export const ownGraphSchema = z.strictObject({
  prompt: z.string(),
  graph: z.record(
    z.string(),
    z.object({
      class_type: z.string(),
      inputs: z.record(z.string(), z.unknown()),
      _meta: z.object({ title: z.string().optional() }).optional(),
    }),
  ),
  mostSeconds: z.int().min(1),
  creditsPerSecond: z.int().min(1),
  ...Object.fromEntries(pictureParams.map((name) => [name, asset('image')])),
  ...Object.fromEntries(filmParams.map((name) => [name, asset('video')])),
  ...Object.fromEntries(soundParams.map((name) => [name, asset('audio')])),
});

/** Ids of assets that a graph loads, each once. */
export interface LoadedFiles {
  pictures: readonly string[];
  films: readonly string[];
  sounds: readonly string[];
}

/** The inputs of a graph as parameters. */
export function inputParamsOf({ pictures, films, sounds }: LoadedFiles) {
  const named = (names: readonly string[], ids: readonly string[]) =>
    ids.flatMap((id, index) => (names[index] === undefined ? [] : [[names[index], id] as const]));
  return Object.fromEntries([
    ...named(pictureParams, pictures),
    ...named(filmParams, films),
    ...named(soundParams, sounds),
  ]);
}

/** The asset behind the name of a file, as the door gives names: `<id>.png`. */
export const assetIdOf = (fileName: string): string => fileName.replace(/\.[a-z0-9]+( \[\w+\])?$/, '');

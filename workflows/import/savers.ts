import type { Graph } from '../graph/graph.ts';
import { findOutputs, isLink } from '../graph/graphEditor.ts';
import type { ParsedInputs } from '../graph/objectInfo.ts';
import type { PointedFault } from '../shared/pointer.ts';
import { type FindDefinition, fillInputs } from './definitions.ts';

/** What saves a value of each kind, and the input that takes it. */
const savers = {
  picture: ['SaveImage', 'images'],
  film: ['SaveVideo', 'video'],
  sound: ['SaveAudioMP3', 'audio'],
  text: ['SaveText', 'text'],
  body: ['SaveGLB', 'mesh'],
} as const;

type Kind = keyof typeof savers;

const kindByType: Readonly<Record<string, Kind>> = {
  IMAGE: 'picture',
  VIDEO: 'film',
  AUDIO: 'sound',
  STRING: 'text',
  MESH: 'body',
  FILE_3D: 'body',
  FILE_3D_GLB: 'body',
};

/** Undefined for values that no result is made of. Of several types that one output may give, the first that is. */
export const findKind = (type: string): Kind | undefined =>
  type
    .split(',')
    .map((one) => (Object.hasOwn(kindByType, one) ? kindByType[one] : undefined))
    .find(Boolean);

/** What nodes only show: their input, and what comes in there, where that is always the same. */
const shows: Readonly<Record<string, readonly [input: string, kind?: Kind]>> = {
  PreviewImage: ['images', 'picture'],
  SaveImageWebsocket: ['images', 'picture'],
  PreviewAudio: ['audio', 'sound'],
  Preview3D: ['model_file'],
  Preview3DAdvanced: ['model_3d', 'body'],
  PreviewAny: ['source'],
};

/**
 * Decides which nodes give the result: those that the author named, else those that save, and sounds, texts, bodies and
 * boxes that are only shown. Pictures that are only shown are saved where nothing else is: beside others they are steps.
 */
export function keepSavers(
  graph: Graph,
  findDefinition: FindDefinition,
  named: readonly string[] = [],
): { notes: string[]; faults: PointedFault[] } {
  const notes: string[] = [];
  const isNamed = (id: string) => named.some((name) => id === name || id.startsWith(`${name}:`));
  const shown = new Map(
    Object.keys(graph).flatMap((id) => {
      const found = findShown(graph, id, findDefinition);
      return found ? [[id, found] as const] : [];
    }),
  );
  const outputs = findOutputs(graph);
  const ends = [...outputs, ...shown.keys()];
  const chosen = ends.filter(isNamed);
  const others = [...shown].filter(([, { kind, isFound }]) => isFound || (kind && kind !== 'picture'));
  const usual = [...outputs, ...others.map(([id]) => id)];
  const kept = chosen.length > 0 ? chosen : usual.length > 0 ? usual : ends;
  for (const id of outputs) if (!kept.includes(id)) delete graph[id];
  const isSaved = (link: unknown) =>
    outputs.some((id) => Object.values(graph[id]?.inputs ?? {}).some((value) => isSame(value, link)));
  for (const [id, { kind = 'text', link }] of shown) {
    const node = graph[id];
    if (!node || !kept.includes(id) || isSaved(link)) continue;
    const [saver] = savers[kind];
    const isWrittenDown = shown.get(id)?.kind === undefined;
    const place = isWrittenDown ? freeId(graph) : id;
    const source: unknown = isWrittenDown ? [id, 0] : link;
    graph[place] = createSaver(kind, source, findDefinition, node._meta?.title);
    notes.push(`Node ${id} only showed its ${kind} (${node.class_type}). It is saved now, by ${saver}.`);
  }
  if (findOutputs(graph).length > 0) return { notes, faults: [] };
  const message =
    'No node saves a result. Put “Save Image”, “Save Video”, or what saves a sound, a text or a 3D model behind the last node in ComfyUI and save the workflow again.';
  return { notes, faults: [{ pointer: '', message }] };
}

/**
 * Without a kind: a number or the like, which the node itself puts into words. What a node found in a picture is a result,
 * where other numbers are steps.
 */
function findShown(
  graph: Graph,
  id: string,
  findDefinition: FindDefinition,
): { kind: Kind | undefined; link: unknown; isFound: boolean } | undefined {
  const { class_type: classType, inputs } = graph[id] ?? { class_type: '', inputs: {} };
  const [input, always] = Object.hasOwn(shows, classType) ? (shows[classType] ?? []) : [];
  const link = input === undefined ? undefined : inputs[input];
  if (!isLink(link)) return undefined;
  const source = graph[link[0]];
  const type = source && findDefinition(source.class_type)?.outputs[link[1]];
  const kind = always ?? findKind(type ?? '');
  // Where a file's name comes in, whatever wrote that file has saved it.
  if (classType === 'Preview3D' && kind !== 'body') return undefined;
  const isFound = classType === 'PreviewAny' && type === 'BOUNDING_BOX';
  return { kind: classType === 'PreviewAny' && kind !== 'text' ? undefined : kind, link, isFound };
}

const isSame = (one: unknown, other: unknown): boolean =>
  isLink(one) && isLink(other) && one[0] === other[0] && one[1] === other[1];

/** A number above all others. */
export const freeId = (graph: Graph): string =>
  String(
    Math.max(
      0,
      ...Object.keys(graph)
        .map((id) => Number.parseInt(id, 10))
        .filter(Number.isSafeInteger),
    ) + 1,
  );

export function createSaver(
  kind: Kind,
  link: unknown,
  findDefinition: FindDefinition,
  title: string | undefined,
): Graph[string] {
  const [classType, input] = savers[kind];
  const definition = findDefinition(classType);
  const wanted = {
    [input]: link,
    filename_prefix: 'ComfyUI',
    ...(kind === 'film' && webVideo(definition?.inputs)),
  };
  return {
    class_type: classType,
    inputs: definition ? fillInputs(definition, wanted) : wanted,
    ...(title !== undefined && { _meta: { title } }),
  };
}

/** Formats that browsers play, as far as the server's class offers them. */
function webVideo(inputs: ParsedInputs | undefined): Record<string, unknown> {
  const offers = (choices: readonly unknown[] | undefined, value: string) =>
    choices?.includes(value) === true;
  return {
    ...(offers(inputs?.format?.choices, 'mp4') && { format: 'mp4' }),
    ...(inputs?.format?.optionInputs
      ? offers(inputs.format.optionInputs.mp4?.codec?.choices, 'h264') && { 'format.codec': 'h264' }
      : offers(inputs?.codec?.choices, 'h264') && { codec: 'h264' }),
  };
}

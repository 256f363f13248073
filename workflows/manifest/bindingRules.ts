import { findPathFault } from '../defineWorkflow.ts';
import { fileInputOf, fileKindOf } from '../graph/fileInputs.ts';
import { findNode, type Graph } from '../graph/graph.ts';
import { isLink, parseInputPath } from '../graph/graphEditor.ts';
import { findModelFolder, type InventoryOptions } from '../models/loaders.ts';
import { type PointedFault, toPointer } from '../shared/pointer.ts';
import type { ManifestDocument, ManifestParam } from './manifestSchema.ts';
import { reachesProgram, takesText } from './textInputs.ts';

/** Names of inputs that hold a path or address of a server, in any class. */
export const placeName =
  /(?:^|_)(?:prefix|path|dir|directory|folder|subfolder|file|filename|url|uri)(?:$|_)/i;

const folderOfOptions: Partial<Record<InventoryOptions, string>> = {
  checkpoints: 'checkpoints',
  video_checkpoints: 'checkpoints',
  loras: 'loras',
  vae: 'vae',
  controlnet: 'controlnet',
  upscale_models: 'upscale_models',
};

/** A model file's name as a loader lists it: below its folder, never outside. */
export const plainFileName = /^(?![\\/])(?!.*(?:^|[\\/])\.\.(?:[\\/]|$))[^:\0]{1,255}$/;

/** Faults of the graph itself that need no inventory; pointers start at the manifest. */
export function checkGraphRules(graph: Graph): PointedFault[] {
  const faults: PointedFault[] = [];
  for (const [id, node] of Object.entries(graph)) {
    for (const [input, value] of Object.entries(node.inputs)) {
      const message = findInputFault(graph, node.class_type, input, value);
      if (message) faults.push({ pointer: toPointer('graph', id, 'inputs', input), message });
    }
  }
  return faults;
}

function findInputFault(graph: Graph, classType: string, input: string, value: unknown): string | undefined {
  const isLoader = findModelFolder(classType, input) !== undefined;
  if (isLink(value)) {
    if (!findNode(graph, value[0])) return `The link leads to node "${value[0]}", which the graph lacks.`;
    // A link could carry a user's text.
    if (isLoader || placeName.test(input)) return 'Names of files are written in the graph, not linked to.';
    return undefined;
  }
  if (isLoader && !(typeof value === 'string' && plainFileName.test(value))) {
    return 'A loader names a file below its models folder.';
  }
  return undefined;
}

/** Faults of the binding: every parameter has a place, and only places that may take its kind of value. */
export function checkBindingRules(document: ManifestDocument, graph: Graph): PointedFault[] {
  const { properties } = document.params;
  const faults: PointedFault[] = [];
  for (const name of Object.keys(properties)) {
    if (!Object.hasOwn(document.binding, name)) {
      faults.push({ pointer: '/binding', message: `The parameter "${name}" is never bound.` });
    }
  }
  const imagesBound = new Set<string>();
  for (const [name, target] of Object.entries(document.binding)) {
    const param = Object.hasOwn(properties, name) ? properties[name] : undefined;
    for (const [index, path] of [target].flat().entries()) {
      const pointer = typeof target === 'string' ? ['binding', name] : ['binding', name, index];
      const message = param ? findTargetFault(graph, param, path) : 'There is no such parameter.';
      if (message) faults.push({ pointer: toPointer(...pointer), message });
      imagesBound.add(path);
    }
  }
  for (const [id, node] of Object.entries(graph)) {
    const input = fileInputOf(node.class_type);
    if (input === undefined || imagesBound.has(`${id}.${input}`)) continue;
    faults.push({
      pointer: toPointer('graph', id, 'inputs', input),
      message: 'Bind this file to a parameter with x-asset: a file of one server is on no other.',
    });
  }
  return faults;
}

function findTargetFault(graph: Graph, param: ManifestParam, path: string): string | undefined {
  const fault = findPathFault(graph, path);
  if (fault) return `${fault.charAt(0).toUpperCase()}${fault.slice(1)}.`;
  const { node: id, input } = parseInputPath(path);
  const classType = findNode(graph, id)?.class_type ?? '';
  if (placeName.test(input) && fileInputOf(classType) !== input)
    return 'No parameter is written where a server keeps a place for files.';
  const asset = param.type === 'string' ? param['x-asset'] : undefined;
  const wanted = fileInputOf(classType) === input ? fileKindOf(classType) : undefined;
  if (asset !== wanted) {
    if (asset === 'image') return 'A picture goes to the input "image" of LoadImage or LoadImageMask.';
    if (asset === 'video') return 'A video goes to the input "file" of LoadVideo.';
    if (asset === 'audio') return 'A sound goes to the input "audio" of LoadAudio.';
    return 'Only a parameter with x-asset goes where a picture, a video or a sound is loaded.';
  }
  if (asset !== undefined) return undefined;
  const isOwnText = param.type === 'string' && !param.enum && !param['x-options'];
  if (isOwnText && reachesProgram(graph, id))
    return 'A user’s text would come from there to a pattern or program that the server runs.';
  return findValueTargetFault(param, classType, input);
}

function findValueTargetFault(param: ManifestParam, classType: string, input: string): string | undefined {
  const folder = findModelFolder(classType, input);
  if (param.type !== 'string') return folder === undefined ? undefined : 'A loader takes the name of a file.';
  if (param['x-options']) return findOptionsFault(param['x-options'], folder, input);
  // The operator wrote the list, so its names are not a user's text.
  if (param.enum) {
    return folder !== undefined && !param.enum.every((name) => plainFileName.test(name))
      ? 'A loader names a file below its models folder.'
      : undefined;
  }
  return takesText(classType, input)
    ? undefined
    : 'A user’s text goes to text encoders and nodes that join texts; give an enum or x-options instead.';
}

function findOptionsFault(
  options: InventoryOptions,
  folder: string | undefined,
  input: string,
): string | undefined {
  if (options === 'samplers')
    return input === 'sampler_name' ? undefined : 'A sampler goes to "sampler_name".';
  if (options === 'schedulers') return input === 'scheduler' ? undefined : 'A scheduler goes to "scheduler".';
  return folderOfOptions[options] === folder
    ? undefined
    : `This input loads no file of the list "${options}".`;
}

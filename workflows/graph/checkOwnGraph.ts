import { placeName, plainFileName } from '../manifest/bindingRules.ts';
import { parseGraph } from '../manifest/parseGraph.ts';
import { takesText } from '../manifest/textInputs.ts';
import { findModelFolder } from '../models/loaders.ts';
import { checkGraph, type GraphFaultCode } from './checkGraph.ts';
import { countResults } from './countResults.ts';
import { fileInputOf, fileKindOf } from './fileInputs.ts';
import { findNode, type Graph, type GraphNode } from './graph.ts';
import { findNeeded, isLink } from './graphEditor.ts';
import { findClass, type ObjectInfo } from './objectInfo.ts';
import { isKnownNumber, limitOf, mostOutputs, mostResults } from './ownGraphLimits.ts';
import { assetIdOf, type LoadedFiles, mostFilms, mostPictures, mostSounds } from './ownGraphParams.ts';

export type OwnGraphFaultCode = GraphFaultCode | 'malformed' | 'class-not-allowed' | 'not-allowed';

export interface OwnGraphFault {
  code: OwnGraphFaultCode;
  message: string;
  /** Undefined: of the whole graph. */
  nodeId?: string | undefined;
  input?: string | undefined;
}

/** A graph that may run, with what it takes from its person. */
export interface CheckedGraph extends LoadedFiles {
  /** The nodes that its outputs need. */
  graph: Graph;
  /** Nodes that save or show something. */
  outputs: readonly string[];
  /** Everything that people read, for the rules of words. */
  text: string;
}

interface OwnGraphRules {
  /** What the person may use of each server: other names are unknown to them. */
  objectInfos: readonly ObjectInfo[];
  /** Undefined: all outputs. */
  wanted?: readonly string[] | undefined;
}

/**
 * Checks a graph that a person brings: its shape, classes, files, places, numbers, and whether a server takes it. The
 * server that fits best is the one that is told of.
 */
export function checkOwnGraph(
  raw: unknown,
  rules: OwnGraphRules,
): { checked?: CheckedGraph; faults: readonly OwnGraphFault[] } {
  const { graph: whole, faults: malformed } = parseGraph(raw);
  if (malformed.length > 0)
    return {
      faults: malformed.map(({ pointer, message }) => ({ code: 'malformed', message, ...placeOf(pointer) })),
    };
  const faults = Object.entries(whole).flatMap(([id, node]) => checkNode(whole, id, node, rules.objectInfos));
  if (faults.length > 0) return { faults };
  const outputs = findOutputs(whole, rules);
  if (outputs.length > mostOutputs)
    return {
      faults: [{ code: 'not-allowed', message: `At most ${mostOutputs} nodes may save or show something.` }],
    };
  const needed = findNeeded(whole, outputs);
  const graph = Object.fromEntries(Object.entries(whole).filter(([id]) => needed.has(id)));
  const unfit = findLeast(graph, rules.objectInfos);
  if (unfit.length > 0) return { faults: unfit };
  const results = countResults(graph, outputs);
  if (results > mostResults) {
    const message = `The graph makes ${results} results; a task may have at most ${mostResults}. Make smaller batches.`;
    return { faults: [{ code: 'not-allowed', message }] };
  }
  const files = findFiles(graph);
  const { pictures, films, sounds } = files;
  if (pictures.length > mostPictures || films.length > mostFilms || sounds.length > mostSounds)
    return {
      faults: [
        {
          code: 'not-allowed',
          message: `At most ${mostPictures} pictures, ${mostFilms} videos and ${mostSounds} sounds may be loaded.`,
        },
      ],
    };
  return { checked: { graph, outputs, ...files, text: textOf(graph) }, faults: [] };
}

/** `/3/inputs/text` → node and input. */
function placeOf(pointer: string): Pick<OwnGraphFault, 'nodeId' | 'input'> {
  const [, nodeId, , input] = pointer.split('/');
  return { ...(nodeId !== undefined && { nodeId }), ...(input !== undefined && { input }) };
}

function checkNode(
  graph: Graph,
  nodeId: string,
  { class_type: classType, inputs }: GraphNode,
  objectInfos: readonly ObjectInfo[],
): OwnGraphFault[] {
  if (!objectInfos.some((objectInfo) => findClass(objectInfo, classType)))
    return [
      {
        code: 'class-not-allowed',
        nodeId,
        message: `Node class "${classType}" is on no server of this platform, or is not allowed here.`,
      },
    ];
  return Object.entries(inputs).flatMap(([input, value]) => {
    const message = findInputFault(graph, classType, input, value);
    return message === undefined ? [] : [{ code: 'not-allowed' as const, nodeId, input, message }];
  });
}

function findInputFault(graph: Graph, classType: string, full: string, value: unknown): string | undefined {
  // Inputs that belong to a choice are called after it: `resize_type.width`.
  const input = full.slice(full.lastIndexOf('.') + 1);
  const isFile = fileInputOf(classType) === input;
  const isLoader = findModelFolder(classType, input) !== undefined;
  const isPlace = placeName.test(input) && input !== 'filename_prefix';
  if (typeof value === 'object' && !isLink(value)) return 'Texts, numbers, true, false and links are taken.';
  if (isLink(value)) return findLinkFault(graph, input, value, isFile || isLoader || placeName.test(input));
  if (isFile)
    return typeof value === 'string' && ownFile.test(value)
      ? undefined
      : 'Load a file that you uploaded: use the name of the answer to POST /upload/image.';
  if (isPlace) return 'Places on a server are not taken.';
  if (isLoader && !(typeof value === 'string' && plainFileName.test(value)))
    return 'A loader names a file below its models folder.';
  const limit = limitOf(input);
  if (limit !== undefined && typeof value === 'number' && value > limit)
    return `${value} is more than this platform allows: ${limit}.`;
  return undefined;
}

/** As the door names files. ComfyUI's clients may say the folder behind it. */
export const ownFile =
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\.[a-z0-9]{2,5}( \[(input|output|temp)\])?$/;

/** What a link brings is only known when the graph runs. */
function findLinkFault(
  graph: Graph,
  input: string,
  [from]: readonly [string, number],
  isName: boolean,
): string | undefined {
  if (isName) return 'Names of files are written in the graph, not linked to.';
  const limit = limitOf(input);
  const source = findNode(graph, from);
  if (limit === undefined || !source) return undefined;
  if (!isKnownNumber(source.class_type))
    return 'Write this number in the graph: what a node computes has no limit.';
  const { value } = source.inputs;
  return typeof value === 'number' && value > limit
    ? `${value} is more than this platform allows: ${limit}.`
    : undefined;
}

function findOutputs(graph: Graph, { objectInfos, wanted }: OwnGraphRules): string[] {
  const saves = ({ class_type: classType }: GraphNode) =>
    objectInfos.some((objectInfo) => findClass(objectInfo, classType)?.output_node === true);
  return Object.entries(graph)
    .filter(([id, node]) => saves(node) && (wanted === undefined || wanted.includes(id)))
    .map(([id]) => id);
}

function findLeast(graph: Graph, objectInfos: readonly ObjectInfo[]): OwnGraphFault[] {
  let least: OwnGraphFault[] | undefined;
  for (const objectInfo of objectInfos) {
    const faults = checkGraph(graph, objectInfo).map(({ code, message, pointer }) => ({
      code,
      message,
      ...placeOf(pointer),
    }));
    if (faults.length === 0) return [];
    if (!least || faults.length < least.length) least = faults;
  }
  return (
    least ??
    checkGraph(graph, {}).map(({ code, message, pointer }) => ({ code, message, ...placeOf(pointer) }))
  );
}

function findFiles(graph: Graph): LoadedFiles {
  const found = { image: new Set<string>(), video: new Set<string>(), audio: new Set<string>() };
  for (const { class_type: classType, inputs } of Object.values(graph)) {
    const kind = fileKindOf(classType);
    const file = inputs[fileInputOf(classType) ?? ''];
    if (kind && typeof file === 'string') found[kind].add(assetIdOf(file));
  }
  return { pictures: [...found.image], films: [...found.video], sounds: [...found.audio] };
}

const textOf = (graph: Graph): string =>
  Object.values(graph)
    .flatMap(({ class_type: classType, inputs }) =>
      Object.entries(inputs).flatMap(([input, value]) =>
        takesText(classType, input) && typeof value === 'string' && value.trim() !== '' ? [value] : [],
      ),
    )
    .join('\n\n');

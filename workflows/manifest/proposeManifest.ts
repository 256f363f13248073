import type { Graph } from '../graph/graph.ts';
import type { ObjectInfo } from '../graph/objectInfo.ts';
import type { ManifestInput, ManifestParam } from './manifestSchema.ts';
import {
  type GraphInput,
  listPlaces,
  type Suggested,
  type Suggestion,
  seedInputs,
  suggest,
} from './suggestions.ts';

/**
 * Proposes a manifest for an API export: parameters from its text, seed, size, picture and loader inputs and from the
 * usual settings of a sampler, with the graph's own values as defaults. The proposal passes `parseManifest` and is
 * meant to be edited: name, price and limits are guesses.
 */
export function proposeManifest(graph: Graph, objectInfo: ObjectInfo): ManifestInput {
  const found = new Map<string, Proposed>();
  for (const place of listPlaces(graph, objectInfo)) {
    const suggestion = suggest(place);
    if (!suggestion) continue;
    const path = `${place.id}.${place.input}`;
    const known = findSame(found, suggestion, place);
    if (known) known.paths.push(path);
    else found.set(freeName(suggestion.name, found), { suggestion, value: place.value, paths: [path] });
  }
  const entries = [...found];
  const isVideo = Object.values(graph).some(({ class_type: name }) =>
    /^Save(Video|WEBM|Animated)/.test(name),
  );
  return {
    name: 'imported',
    version: 1,
    title: { en: 'Imported workflow', 'zh-CN': '导入的工作流' },
    description: { en: 'Imported from ComfyUI.', 'zh-CN': '从 ComfyUI 导入。' },
    outputKind: isVideo ? 'video' : 'image',
    params: {
      type: 'object',
      properties: Object.fromEntries(
        entries.map(([name, { suggestion }]) => [name, withTitle(suggestion)] as const),
      ),
      required: entries.filter(([, { suggestion }]) => isRequired(suggestion.param)).map(([name]) => name),
      additionalProperties: false,
    },
    binding: Object.fromEntries(entries.map(([name, { paths }]) => [name, paths])),
    work: proposeWork(new Set(found.keys())),
    rates: { creditsPerUnit: 0.125, secondsPerUnit: 0.3, overheadSeconds: 5 },
    example: Object.fromEntries(
      entries
        .filter(
          ([
            ,
            {
              suggestion: { param },
            },
          ]) => isRequired(param) && !('x-asset' in param),
        )
        .map(([name]) => [name, 'a lighthouse at dusk'] as const),
    ),
    graph,
  };
}

/** A parameter while it is collected; `value` is the graph's own. */
interface Proposed {
  suggestion: Suggestion;
  value: unknown;
  paths: string[];
}

/**
 * One seed drives every sampler, and places with the same value keep the same value; any other duplicate is a
 * parameter of its own.
 */
function findSame(
  found: ReadonlyMap<string, Proposed>,
  { name }: Suggestion,
  { input, value }: GraphInput,
): Proposed | undefined {
  return [...found.values()].find(
    (proposed) => proposed.suggestion.name === name && (seedInputs.has(input) || proposed.value === value),
  );
}

const isRequired = (param: Suggested): boolean => param.default === undefined && !('x-seed' in param);

function withTitle({ title, param }: Suggestion): ManifestParam {
  return { ...param, title: title.en, 'x-title': title };
}

function freeName(name: string, taken: ReadonlyMap<string, unknown>): string {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name}${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}

function proposeWork(names: ReadonlySet<string>): ManifestInput['work'] {
  return {
    base: 1,
    ...(names.has('width') && names.has('height') && { megapixels: ['width', 'height'] as [string, string] }),
    times: ['steps', 'count'].filter((name) => names.has(name)),
  };
}

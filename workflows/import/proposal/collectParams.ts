import { reachesProgram, takesText } from '../../manifest/textInputs.ts';
import type { AskedField, ImportedGraph } from '../importedGraph.ts';
import { paramNameOf, titleOf } from './labels.ts';
import { listPlaces, listUses, type Place, pathOf, type Surroundings } from './places.ts';
import { suggest, suggestPlain } from './suggest.ts';
import type { Suggested, Suggestion } from './suggestion.ts';

/** A parameter while it is collected; `value` is the graph's own. */
export interface Proposed {
  suggestion: Suggestion;
  value: unknown;
  paths: string[];
  /** Of the first place. */
  classType: string | undefined;
}

/** The order in which a form shows what the author did not order. */
const ranks = [
  'prompt',
  'negativePrompt',
  'image',
  'mask',
  'video',
  'audio',
  'width',
  'height',
  'frames',
  'count',
];
const rankOf = (name: string): number => {
  const rank = ranks.indexOf(name.replace(/\d+$/, ''));
  return rank < 0 ? ranks.length : rank;
};

/**
 * The parameters of a graph by name: those that its author shows, in that order, with every picture and seed; where
 * the author shows none, whatever people usually choose.
 */
export function collectParams(
  source: Pick<ImportedGraph, 'asked' | 'groups'>,
  surroundings: Surroundings,
): { params: Map<string, Proposed>; notes: string[] } {
  const places = new Map(listPlaces(surroundings).map((place) => [pathOf(place), place]));
  const found = new Map<string, Proposed>();
  const used = new Set<string>();
  const unfit: string[] = [];
  for (const field of source.asked?.fields ?? []) {
    const shown = field.paths
      .flatMap((path) => places.get(path) ?? [])
      .filter((place) => !used.has(pathOf(place)));
    // An input that takes anything says nothing of what the field holds.
    const first = shown.find(({ spec }) => isPlainType(spec?.type)) ?? shown[0];
    if (!first) continue;
    const own = ofOneKind(shown, first);
    const suggestion = suggestAsked(field, own, first);
    if (!suggestion) {
      unfit.push(field.label ?? first.input);
      for (const place of own) used.add(pathOf(place));
      continue;
    }
    // What its author shows apart is apart, though the values are equal.
    if (!('x-seed' in suggestion.param && join(found, suggestion, own))) insert(found, suggestion, own);
    for (const place of own) used.add(pathOf(place));
  }
  const isUseless = ignoresNegative([...places.values()]) ? 'negativePrompt' : undefined;
  const followers: [Suggestion, Place[]][] = [];
  for (const own of listSpots(source.groups, places, used)) {
    const suggestion = suggestFor(own, false);
    if (!suggestion || suggestion.name === isUseless) continue;
    if (suggestion.isFollower) followers.push([suggestion, own]);
    else if (isWanted(source.asked, suggestion, own)) add(found, suggestion, own);
  }
  for (const [suggestion, own] of followers) join(found, suggestion, own);
  const notes =
    unfit.length === 0
      ? []
      : [
          `These fields keep the graph's values, because no parameter can hold them (files, among others): ${unfit.join(', ')}.`,
        ];
  const entries = [...found];
  return {
    params: new Map(source.asked ? entries : entries.sort(([a], [b]) => rankOf(a) - rankOf(b))),
    notes,
  };
}

/** Of places that one field fills, those that take the same kind of value as the one that names it. */
function ofOneKind(places: readonly Place[], first: Place): Place[] {
  const kindOf = ({ spec, value }: Place): string =>
    spec === undefined || !isPlainType(spec.type) ? typeof value : (kinds[spec.type] ?? spec.type);
  return places.filter((place) => kindOf(place) === kindOf(first));
}

const isPlainType = (type: string | undefined): boolean =>
  type !== undefined && type !== '*' && !type.includes(',');

const kinds: Readonly<Record<string, string>> = {
  INT: 'number',
  FLOAT: 'number',
  STRING: 'string',
  BOOLEAN: 'boolean',
};

/** What fills several inputs together is one parameter. */
function listSpots(
  groups: ImportedGraph['groups'],
  places: ReadonlyMap<string, Place>,
  used: Set<string>,
): Place[][] {
  const spots: Place[][] = [];
  for (const paths of [...groups, ...[...places.keys()].map((path) => [path])]) {
    const shown = paths.flatMap((path) => (used.has(path) ? [] : (places.get(path) ?? [])));
    const [first] = shown;
    if (!first) continue;
    const own = ofOneKind(shown, first);
    spots.push(own);
    for (const place of own) used.add(pathOf(place));
  }
  return spots;
}

/** Pictures must be given, and a seed is never the same; around a subgraph, people choose as usual. */
function isWanted(asked: ImportedGraph['asked'], { param }: Suggestion, own: readonly Place[]): boolean {
  if (!asked || 'x-asset' in param || 'x-seed' in param) return true;
  return asked.by === 'subgraph' && own.every(({ id }) => !id.includes(':'));
}

/** Samplers that draw without guidance do not read it. */
function ignoresNegative(places: readonly Place[]): boolean {
  const guidance = places.filter(({ input, value }) => input === 'cfg' && typeof value === 'number');
  return guidance.length > 0 && guidance.every(({ value }) => value === 1);
}

function suggestFor(own: readonly Place[], isAsked: boolean): Suggestion | undefined {
  const all = own.flatMap(listUses).flatMap((place) => suggest(place, isAsked) ?? []);
  const first = all.find(({ isFollower }) => !isFollower) ?? all[0];
  return first && { ...first, param: all.reduce((param, other) => narrow(param, other.param), first.param) };
}

function suggestAsked({ label }: AskedField, own: readonly Place[], first: Place): Suggestion | undefined {
  const isText = typeof first.value === 'string' && first.spec?.type !== 'COMBO';
  if (isText && own.some(({ graph, id }) => reachesProgram(graph, id))) return undefined;
  const suggestion = suggestFor(own, true);
  if (suggestion) {
    const { isFollower: _, ...lead } = suggestion;
    return { ...lead, title: titleOf(label, first.input, suggestion.title) };
  }
  const param = own.every(({ node, input }) => takesText(node.class_type, input))
    ? ({ type: 'string', 'x-multiline': true, default: String(first.value).slice(0, 4_000) } as const)
    : suggestPlain(first, listUses(first).find(({ spec }) => spec) ?? first);
  if (!param) return undefined;
  const name = paramNameOf(label ?? '') ?? paramNameOf(first.input) ?? 'value';
  const plain = { en: first.input.replaceAll('_', ' '), 'zh-CN': first.input.replaceAll('_', ' ') };
  return { name, title: titleOf(label ?? plain.en, '', plain), param };
}

/**
 * One seed drives every sampler, and places with the same value keep the same value; any other duplicate is a
 * parameter of its own.
 */
function add(found: Map<string, Proposed>, suggestion: Suggestion, own: readonly Place[]): void {
  if (!join(found, suggestion, own)) insert(found, suggestion, own);
}

function insert(found: Map<string, Proposed>, suggestion: Suggestion, own: readonly Place[]): void {
  const value = own[0]?.value;
  const name = freeName(suggestion.name, found);
  // A second prompt has a meaning of its own, such as a style: people may leave it.
  const isSecond = suggestion.name === 'prompt' && name !== 'prompt';
  const param: Suggested = isSecond
    ? { type: 'string', 'x-multiline': true, default: String(value).slice(0, 4_000) }
    : suggestion.param;
  found.set(name, {
    suggestion: { ...suggestion, param },
    value,
    paths: own.map(pathOf),
    classType: own[0]?.node.class_type,
  });
}

function join(found: ReadonlyMap<string, Proposed>, suggestion: Suggestion, own: readonly Place[]): boolean {
  const known = [...found.values()].find(
    (proposed) =>
      proposed.suggestion.name === suggestion.name &&
      ('x-seed' in suggestion.param ||
        (proposed.value === own[0]?.value &&
          // The strength of a LoRA is not that of a control.
          (suggestion.name !== 'strength' || proposed.classType === own[0]?.node.class_type))),
  );
  if (!known) return false;
  known.paths.push(...own.map(pathOf));
  known.suggestion = { ...known.suggestion, param: narrow(known.suggestion.param, suggestion.param) };
  return true;
}

/** What both inputs take. */
function narrow(one: Suggested, other: Suggested): Suggested {
  if (one.type !== 'integer' && one.type !== 'number') return one;
  if (one.type !== other.type || one.enum || one.minimum === undefined || other.minimum === undefined)
    return one;
  const minimum = Math.max(one.minimum, other.minimum);
  const maximum = Math.min(one.maximum ?? Infinity, other.maximum ?? Infinity);
  if (one.type === 'number') return { ...one, minimum, maximum };
  const step = Math.max(one.multipleOf ?? 1, other.type === 'integer' ? (other.multipleOf ?? 1) : 1);
  return { ...one, minimum, maximum, ...(step > 1 && { multipleOf: step }) };
}

function freeName(name: string, taken: ReadonlyMap<string, unknown>): string {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name}${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}

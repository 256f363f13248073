import { excludedPlacesOf } from './models/excludedPlaces.ts';
import { engineFolder } from './models/modelEntry.ts';
import type { Workflow } from './workflow.ts';

/** A workflow, or what a client knows of one. */
interface Named {
  name: string;
  engine: Workflow['engine'];
}

/** Those that ship are named; operators' own are better than a last resort. */
const operatorsOwn = Symbol();

/**
 * All engines, best first: where nobody prefers one, a request gets the first that the pool can run. The workflow that
 * they do the work of comes before them.
 */
export const engineOrder: readonly (string | typeof operatorsOwn)[] = [
  ...['flux1-dev', 'flux2-dev', 'flux2-klein', 'krea2-turbo', 'qwen-image', 'z-image'],
  ...[
    'flux2-klein-edit',
    'flux2-klein-9b-edit',
    'qwen-edit-2511',
    'qwen-edit-2509',
    'qwen-image-edit',
    'firered-edit',
  ],
  ...['qwen-inpaint', 'z-image-control'],
  ...['seedvr2-image', 'z-image-refine'],
  ...['ltx23-img2video', 'ltx25-img2video', 'minimax-h3-img2video', 'wan22-img2video'],
  'minimax-h3-references',
  ...['ltx23-text2video', 'ltx25-text2video', 'minimax-h3-text2video', 'wan22-text2video'],
  operatorsOwn,
  'sd15',
];

function placeOf({ name }: Named): number {
  const place = engineOrder.indexOf(name);
  return place === -1 ? engineOrder.indexOf(operatorsOwn) : place;
}

/** What does the same as the workflow of this name: the workflow itself, then its engines, best first. */
export const listEngines = <W extends Named>(offered: readonly W[], name: string): W[] => [
  ...offered.filter((workflow) => workflow.name === name),
  ...offered
    .filter((workflow) => workflow.name !== name && workflow.engine?.of === name)
    .toSorted((a, b) => placeOf(a) - placeOf(b)),
];

/** Those that the operator prefers, in their order, before the others. */
export const byPreference = <W extends Named>(engines: readonly W[], preferred: readonly string[]): W[] => [
  ...preferred.flatMap((name) => engines.find((engine) => engine.name === name) ?? []),
  ...engines.filter(({ name }) => !preferred.includes(name)),
];

/**
 * Whether an engine draws only where somebody names it: its licence excludes some places, and only operators and people
 * know where they are. An operator names it by a preference.
 */
export const isOnlyNamed = ({ name, engine }: Named, preferred: readonly string[]): boolean =>
  engine !== undefined &&
  !preferred.includes(name) &&
  excludedPlacesOf({ folder: engineFolder, name: engine.model }).length > 0;

/** The engine that a value of `model` means, written in small letters or large. */
export function findEngine<W extends Named>(engines: readonly W[], model: string): W | undefined {
  const wanted = fold(model);
  return engines.find((engine) => fold(engine.name) === wanted || fold(modelNameOf(engine)) === wanted);
}

const fold = (text: string): string => text.trim().toLowerCase();

/** What people call the model of a workflow. */
export const modelNameOf = ({ name, engine }: Named): string => engine?.model ?? name;

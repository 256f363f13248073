import { describeRequest, isTuning } from '@star-graph/contract/catalogue/engineForms';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { PresetView } from '@star-graph/contract/users/presets';
import { nearestValue } from '@star-graph/workflows/translation/nearestValue';
import type { Preset } from '@star-graph/workflows/translation/presets';
import { Refusal } from '../replies/problems.ts';
import type { Messages } from '../replies/texts/en.ts';
import { paramsOf } from './workflowSchema.ts';

type Params = Readonly<Record<string, unknown>>;

/** What each engine says in steps of its own; beside them stand the presets that a person has kept in the console. */
export const presetNames: Readonly<Record<Preset, readonly [english: string, chinese: string]>> = {
  draft: ['Draft', '草稿'],
  fine: ['Fine', '精细'],
};

export const findPreset = (typed: string): Preset | undefined => {
  const wanted = typed.trim().toLowerCase();
  const known = Object.entries(presetNames) as [Preset, readonly string[]][];
  return known.find(([value, names]) => [value, ...names].some((name) => name.toLowerCase() === wanted))?.[0];
};

/** The engine or the workflow itself that the preset is for; undefined: it is for another one. */
export function findPurpose(view: WorkflowView, preset: Pick<PresetView, 'workflow'>) {
  if (preset.workflow === view.name) return { model: undefined };
  return view.engines?.find(({ workflow }) => workflow === preset.workflow);
}

interface Typed {
  offered: readonly WorkflowView[];
  workflow: string;
  typed: Params;
  /** In seconds, in place of the preset's frames. */
  isLengthTyped: boolean;
}

/**
 * The values of a preset that the person has kept, as the engine takes them that would draw; typed values come before.
 * Pictures are left out: the command has its own.
 * @param wanted its id, or its name as somebody typed it.
 * @throws Refusal where the person has none of that name for the workflow.
 */
export function readKeptPreset(
  say: Messages,
  kept: readonly PresetView[],
  wanted: string,
  { offered, workflow, typed, isLengthTyped }: Typed,
): Params {
  const view = offered.find(({ name }) => name === workflow);
  const name = wanted.trim().toLowerCase();
  const preset = kept.find(
    (one) => (one.id === name || one.name.toLowerCase() === name) && view && findPurpose(view, one),
  );
  if (!view || !preset) throw new Refusal(say.badOption(say.limited(say.option.preset, say.limit.listed)));
  const { values, tuning } = preset.draft;
  const model = typed.model ?? findPurpose(view, preset)?.model ?? values.model;
  const engine = describeRequest(offered, view, model === undefined ? typed : { ...typed, model });
  const own = tuning[engine.name] ?? {};
  const filled = paramsOf(engine).flatMap(([param, schema]) => {
    const isOwn =
      schema['x-asset'] !== undefined || param === 'model' || (isLengthTyped && param === 'frames');
    if (isOwn) return [];
    const value = nearestValue(schema, (isTuning(param) ? own : values)[param]);
    return value === undefined || value === '' ? [] : [[param, value] as const];
  });
  return { ...(model === undefined ? {} : { model }), ...Object.fromEntries(filled), ...typed };
}

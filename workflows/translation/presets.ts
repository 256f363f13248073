import type { ParamSchema } from '../params/paramsMeta.ts';
import { nearestValue } from './nearestValue.ts';

export type Preset = 'draft' | 'fine';

/** The steps of a preset as a share of the usual ones, for an engine that says nothing of its own by `x-presets`. */
const shareOfSteps: Readonly<Record<Preset, number>> = { draft: 2 / 5, fine: 5 / 3 };

/** What an engine with this form takes for a quick draft and for a fine picture; undefined: it has no presets. */
export function presetsOf({
  properties = {},
}: ParamSchema): Readonly<Record<Preset, Readonly<Record<string, unknown>>>> | undefined {
  const { fast, steps } = properties;
  const { by, steps: choices = [] } = steps?.['x-usual'] ?? {};
  const [quickest, finest] = [choices[0], choices.at(-1)];
  if (by !== undefined && quickest && finest)
    return { draft: { [by]: quickest[0] }, fine: { [by]: finest[0] } };
  if (fast?.type === 'boolean') return { draft: { fast: true }, fine: { fast: false } };
  const usual = steps?.default;
  if (!steps || typeof usual !== 'number') return undefined;
  const of = (preset: Preset) => ({
    steps: nearestValue(steps, steps['x-presets']?.[preset] ?? Math.round(usual * shareOfSteps[preset])),
  });
  return { draft: of('draft'), fine: of('fine') };
}

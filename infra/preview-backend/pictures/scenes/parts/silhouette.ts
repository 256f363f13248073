import { type Colour, lit, mix } from '../colour.ts';
import { inShade } from '../palette.ts';
import type { ScenePlan } from '../plan.ts';

/** The colour of a thing in front, against the light: nearly dark by evening, and paler the farther it stands. */
export function silhouette({ palette, hour }: ScenePlan, own: Colour, distance = 0): Colour {
  const dark = mix(inShade(palette, own), lit(own, [0.16, 0.17, 0.22]), hour === 'day' ? 0.25 : 0.55);
  return mix(dark, palette.haze, distance ** 1.2 * 0.85);
}

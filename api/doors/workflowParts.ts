import type { Workflow } from '@star-graph/workflows';
import { describeParams, type ParamSchema } from '@star-graph/workflows/params/paramsMeta';

/** What other programs ask pictures for: from words alone, from another picture, or a part of one behind a mask. */
export type Part = 'draw' | 'change' | 'redraw';

const described = new WeakMap<Workflow, Readonly<Record<string, ParamSchema>>>();

/** The parameters of a workflow by name. Described once: it takes a millisecond. */
export function paramsOf(workflow: Workflow): Readonly<Record<string, ParamSchema>> {
  const known = described.get(workflow) ?? describeParams(workflow.params).properties ?? {};
  described.set(workflow, known);
  return known;
}

/** Undefined: no picture comes of it, or it wants something else than words, pictures and a mask. */
export function partOf(workflow: Workflow): Part | undefined {
  const { outputKind, imageParams, videoParams, audioParams } = workflow;
  const isOther = videoParams.length > 0 || audioParams.length > 0;
  if (outputKind !== 'image' || isOther || !('prompt' in paramsOf(workflow))) return undefined;
  if (imageParams.length === 0) return 'draw';
  if (!imageParams.includes('image')) return undefined;
  return imageParams.includes('mask') ? 'redraw' : 'change';
}

/** Films of other programs: from words, or from a picture that begins them. */
export type FilmPart = 'film' | 'animate';

/** Undefined: no film comes of it, or it wants something else than words and one picture. */
export function filmPartOf(workflow: Workflow): FilmPart | undefined {
  const { outputKind, imageParams, videoParams, audioParams } = workflow;
  if (outputKind !== 'video' || videoParams.length > 0 || audioParams.length > 0) return undefined;
  if (imageParams.length === 0) return 'prompt' in paramsOf(workflow) ? 'film' : undefined;
  return imageParams.every((name) => name === 'image') ? 'animate' : undefined;
}

const pictureParam = /^image\d*$/;

/** The parameters that take pictures, in order: `image`, `image2` and so on. */
export const pictureParamsOf = ({ imageParams }: Workflow): string[] =>
  imageParams.filter((name) => pictureParam.test(name));

/** How many pictures one task makes at most. */
export function mostPicturesOf(workflow: Workflow): number {
  return paramsOf(workflow).count?.maximum ?? 1;
}

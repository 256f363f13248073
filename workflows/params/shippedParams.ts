import type { z } from 'zod';
import { img2imgParams } from '../templates/img2img/params.ts';
import { img2videoParams } from '../templates/img2video/params.ts';
import { inpaintParams } from '../templates/inpaint/params.ts';
import { outpaintParams } from '../templates/outpaint/params.ts';
import { poseParams } from '../templates/pose/params.ts';
import { text2imgParams } from '../templates/text2img/params.ts';
import { text2videoParams } from '../templates/text2video/params.ts';
import { upscaleParams } from '../templates/upscale/params.ts';
import { describeParams, type ParamSchema } from './paramsMeta.ts';

/** The parameters of the shipped workflows, for code that offers them by name. Browser-safe. */
export const shippedParams = {
  text2img: text2imgParams,
  img2img: img2imgParams,
  inpaint: inpaintParams,
  outpaint: outpaintParams,
  pose: poseParams,
  upscale: upscaleParams,
  text2video: text2videoParams,
  img2video: img2videoParams,
};
export type ShippedWorkflow = keyof typeof shippedParams;
export type ShippedParam<Name extends ShippedWorkflow> = keyof z.input<(typeof shippedParams)[Name]> & string;

/** The schema of one parameter, as in the catalogue for the same version, and whether it is required. */
export function describeParam<Name extends ShippedWorkflow>(
  workflow: Name,
  param: ShippedParam<Name>,
): ParamSchema & { isRequired: boolean } {
  const { properties, required = [] } = describeParams(shippedParams[workflow]);
  const schema = properties?.[param];
  if (!schema) throw new Error(`${workflow} has no parameter ${param}`);
  return { ...schema, isRequired: required.includes(param) };
}

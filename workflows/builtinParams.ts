/**
 * What clients may send to the built-in workflows, as types and schemas. Browser-safe: no graph and nothing of Node
 * comes with it.
 */
export { type Img2imgParams, img2imgParams } from './templates/img2img/params.ts';
export { type Text2imgParams, text2imgParams } from './templates/text2img/params.ts';
export { type UpscaleParams, upscaleParams } from './templates/upscale/params.ts';

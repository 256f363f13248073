/**
 * What clients may send to the platform's own workflows, as types and schemas. Browser-safe: no graph and nothing of
 * Node comes with it.
 */
export { type Img2imgParams, img2imgParams } from '../templates/img2img/params.ts';
export { type Img2videoParams, img2videoParams } from '../templates/img2video/params.ts';
export { type PoseParams, poseParams } from '../templates/pose/params.ts';
export { type Text2imgParams, text2imgParams } from '../templates/text2img/params.ts';
export { type Text2videoParams, text2videoParams } from '../templates/text2video/params.ts';
export { type UpscaleParams, upscaleParams } from '../templates/upscale/params.ts';

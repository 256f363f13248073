import { img2imgWork, upscaleBy, type Work } from './work.ts';

/** The actions on a picture, by menu and by button, with their texts and what they start. */
export const pictureActions = {
  upscale2: { title: 'upscale2', work: upscaleBy(2) },
  upscale4: { title: 'upscale4', work: upscaleBy(4) },
  removeBackground: {
    title: 'removeBackground',
    work: { workflow: 'remove-background', params: {}, isAsked: false },
  },
  img2img: { title: 'img2imgMenu', work: img2imgWork },
  film: { title: 'filmMenu', work: { workflow: 'img2video', params: {}, isAsked: true } },
  describe: { title: 'describe', work: { workflow: 'describe', params: {}, isAsked: false } },
  canvas: { title: 'openCanvas', work: { workflow: '', params: {}, isAsked: false, opensIn: 'canvas' } },
  create: { title: 'sendToCreate', work: { workflow: '', params: {}, isAsked: false, opensIn: 'create' } },
  batch: { title: 'batchMenu', work: undefined },
  batchAll: { title: 'batchAllMenu', work: undefined },
} as const satisfies Record<string, { title: string; work: Work | undefined }>;
export type PictureAction = keyof typeof pictureActions;

/** A press is spent at once: no form or bar of ours asks first, and no page of the console does. */
export const isSpentAtOnce = (work: Work | undefined): boolean =>
  work !== undefined && !work.isAsked && work.opensIn === undefined;

/** The entry in the menu of a video. */
export const videoAction = 'video';

/** The same of a sound. */
export const soundAction = 'sound';

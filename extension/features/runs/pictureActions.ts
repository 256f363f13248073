/** The actions on a picture, by menu and by button, with their texts. */
export const pictureActions = {
  upscale2: 'upscale2',
  upscale4: 'upscale4',
  img2img: 'img2imgMenu',
  batch: 'batchMenu',
} as const;
export type PictureAction = keyof typeof pictureActions;

/** The entry in the menu of a video. */
export const videoAction = 'video';

import { createPictureFormMenu } from './pictureFormMenu.ts';

export const command = createPictureFormMenu(['Picture to picture…', '图生图…'], {
  like: 'img2img',
  form: 'asset',
});

import { createPictureFormMenu } from './pictureFormMenu.ts';

export const command = createPictureFormMenu(['Inpaint…', '局部重绘…'], {
  like: 'inpaint',
  form: 'mask',
});

import { createPictureFormMenu } from './pictureFormMenu.ts';

export const command = createPictureFormMenu(['Img2img…', '图生图…'], { like: 'img2img', form: 'asset' });

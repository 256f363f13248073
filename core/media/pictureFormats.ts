export const pictureFormats = ['png', 'webp', 'jpeg'] as const;
type PictureFormat = (typeof pictureFormats)[number];

export interface Encoding {
  format: PictureFormat;
  /** Of WebP and JPEG, 1 to 100. */
  quality?: number | undefined;
}

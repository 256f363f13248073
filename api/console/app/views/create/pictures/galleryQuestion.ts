import { signal } from '@preact/signals';
import type { AssetValue } from '@star-graph/ui/form/fitValue';

export type Media = 'image' | 'video';

/** Which picture or film of theirs a person is asked for; undefined: none. */
export const galleryQuestion = signal<
  { media: Media; answer(asset: AssetValue | undefined): void } | undefined
>(undefined);

/** Lets the person choose one of their pictures or films. One question at a time: an earlier one gets none. */
export function chooseFromGallery(media: Media): Promise<AssetValue | undefined> {
  galleryQuestion.value?.answer(undefined);
  return new Promise((resolve) => {
    galleryQuestion.value = {
      media,
      answer(asset) {
        galleryQuestion.value = undefined;
        resolve(asset);
      },
    };
  });
}

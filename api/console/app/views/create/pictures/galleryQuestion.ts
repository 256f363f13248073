import { signal } from '@preact/signals';
import type { AssetValue } from '@star-graph/ui/form/fitValue';
import type { FileKind } from '@star-graph/workflows/shared/mediaKinds';

/** Which picture, film or sound of theirs a person is asked for; undefined: none. */
export const galleryQuestion = signal<
  { media: FileKind; answer(asset: AssetValue | undefined): void } | undefined
>(undefined);

/** Lets the person choose one of their pictures, films or sounds. One question at a time: an earlier one gets none. */
export function chooseFromGallery(media: FileKind): Promise<AssetValue | undefined> {
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

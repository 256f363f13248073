import { type AssetValue, isAssetValue } from '@star-graph/ui/form/fitValue';
import { readChosen, writeValue } from '@star-graph/ui/form/formDraft';
import type { FieldOf } from '@star-graph/ui/form/formField';
import type { PictureSource, Uploads } from '@star-graph/ui/form/useUploads';
import { useEffect, useRef } from 'preact/hooks';
import { draftOf } from '../draft/drafts.ts';
import { painting } from '../results/chosen.ts';
import { type Studio, useDraft } from '../studio.ts';

/** A picture that can be painted over: its size is known. */
type Paintable = AssetValue & { url: string; width: number; height: number };

export interface PainterProps {
  studio: Studio;
  field: FieldOf<'mask'>;
  picture: Paintable;
  uploads: Uploads;
  /** Sends what was painted since the last time. @returns whether a mask is on its way */
  hand: { current: (() => boolean) | undefined };
  onClose(): void;
}

const isPaintable = (value: unknown): value is Paintable =>
  isAssetValue(value) && value.url !== undefined && value.width !== undefined && value.height !== undefined;

/** What is painted on the stage: the open form wants a mask, has the picture, and its person paints. */
export function usePainter(
  studio: Studio,
  pictures: PictureSource,
  uploads: Uploads,
): { painter: PainterProps | undefined; hand(): string | undefined } {
  const { form, workflow, userId } = studio;
  const draft = useDraft(studio);
  const hand = useRef<(() => boolean) | undefined>(undefined);
  const field = form.fields.find((one) => one.kind === 'mask') as FieldOf<'mask'> | undefined;
  const picture = field && readChosen(form, draft, field.of);
  const isOpen = painting.value === workflow.name && field !== undefined;
  const lacksAddress = isOpen && isAssetValue(picture) && !isPaintable(picture);
  useEffect(() => {
    if (!lacksAddress || !isAssetValue(picture) || !field) return;
    const { assetId } = picture;
    pictures.findPicture?.(assetId).then(
      (found) => {
        const place = draftOf(userId, workflow.name);
        const now = place.value.values[field.of];
        if (found && isAssetValue(now) && now.assetId === assetId)
          place.value = writeValue(form, place.value, field.of, { ...now, ...found });
      },
      () => undefined,
    );
  }, [lacksAddress, workflow.name]);
  const onClose = () => {
    painting.value = undefined;
  };
  return {
    painter: isOpen && isPaintable(picture) ? { studio, field, picture, uploads, hand, onClose } : undefined,
    hand: () => (hand.current?.() ? field?.name : undefined),
  };
}

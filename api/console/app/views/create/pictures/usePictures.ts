import { useEffect, useMemo, useRef } from 'preact/hooks';
import { ClientProblem } from '../../../../../client/clientProblem.ts';
import type { AssetView } from '../../../../../contract/assets/assets.ts';
import { type AssetValue, isAssetValue } from '../../../../../ui/form/model/fitValue.ts';
import { writeValue } from '../../../../../ui/form/model/formDraft.ts';
import type { PictureSource } from '../../../../../ui/form/useUploads.ts';
import { showToast } from '../../../../../ui/overlays/toasts.tsx';
import type { Dropped } from '../../../../../ui/pictures/assetDrag.ts';
import { api } from '../../../session/session.ts';
import { draftOf, withoutPicture } from '../draft/drafts.ts';
import type { Studio } from '../studio.ts';
import { texts } from '../texts.ts';
import { createPictureSource, toAssetValue } from './formPictures.ts';
import { chooseFromGallery } from './galleryQuestion.ts';
import { mediaOf, placePicture } from './placePicture.ts';
import { sharedPicture } from './sharedPicture.ts';
import { startUpload, uploads } from './uploads.ts';
import { useDroppedFiles } from './useDroppedFiles.ts';

/** Pictures for the open form: by its own fields, dropped or pasted beside them, or handed over. */
export function usePictures(studio: Studio): { pictures: PictureSource; isDragging: boolean } {
  const latest = useRef(studio);
  latest.current = studio;
  const pictures = useMemo(
    () =>
      createPictureSource({
        chooseFromGallery,
        onLost(assetId) {
          latest.current.changeDraft((draft) => withoutPicture(draft, assetId));
          showToast({ tone: 'bad', text: texts.pictureLost, id: 'picture-lost' });
        },
        onUploaded: (asset) => void offerSettings(latest.current, asset),
      }),
    [],
  );
  const take = (dropped: Dropped) => {
    if (dropped.kind === 'asset') putPicture(latest.current, dropped.asset, 'image');
    if (dropped.kind === 'file') takeFile(dropped.file, () => latest.current);
  };
  const isDragging = useDroppedFiles(take, (target) => {
    const takesOne = latest.current.form.fields.some(({ kind }) => kind === 'asset');
    return takesOne && target.closest('.sg-form') !== null;
  });
  const shared = sharedPicture.value;
  useEffect(() => {
    if (!shared) return;
    sharedPicture.value = undefined;
    takeFile(shared, () => latest.current);
  }, [shared]);
  useMaskAddress(studio, pictures);
  useStayWhileUploading();
  return { pictures, isDragging };
}

function takeFile(file: File, now: () => Studio): void {
  const media = mediaOf(file.type);
  if (!media) {
    showToast({ tone: 'bad', text: texts.noPlace });
    return;
  }
  startUpload(file, (asset) => {
    putPicture(now(), { ...toAssetValue(asset), name: file.name }, media);
    void offerSettings(now(), asset);
  });
}

/** Into the open form, or the one that people mean by such a picture. */
function putPicture(studio: Studio, picture: AssetValue, media: 'image' | 'video'): void {
  const { userId, workflow } = studio;
  const open = { workflow, draft: draftOf(userId, workflow.name).value };
  const place = placePicture(studio.listed, open, media);
  if (!place) {
    showToast({ tone: 'bad', text: texts.noPlace });
    return;
  }
  const draft = draftOf(studio.userId, place.workflow.name);
  draft.value = writeValue({ runs: place.workflow.name }, draft.value, place.param, picture);
  if (place.workflow.name !== studio.workflow.name) studio.openWorkflow(place.workflow.name);
}

/** A picture of ours brings its settings; whether they are wanted, its person says. */
async function offerSettings(studio: Studio, asset: AssetView): Promise<void> {
  try {
    const origin = await api.getAssetOrigin({ params: { id: asset.id } });
    const use = () => {
      if (!studio.recall(origin)) showToast({ tone: 'bad', text: texts.recallGone });
    };
    showToast({ text: texts.ours, action: { label: texts.useSettings, onAction: use } });
  } catch (error) {
    // Somebody else's picture has no origin; without an answer there is nothing to offer.
    if (!(error instanceof ClientProblem)) console.warn('origin', error);
  }
}

/** Fields look up their own pictures; a mask is shown upon another one and has nobody else who does. */
function useMaskAddress({ userId, workflow, form }: Studio, { findPicture }: PictureSource): void {
  useEffect(() => {
    const draft = draftOf(userId, workflow.name);
    for (const { kind, name } of form.fields) {
      const mask = draft.value.values[name];
      if (kind !== 'mask' || !isAssetValue(mask) || mask.url !== undefined) continue;
      findPicture?.(mask.assetId).then(
        (found) => {
          const isSame = draft.value.values[name] === mask;
          if (found && isSame) draft.value = writeValue(form, draft.value, name, { ...mask, ...found });
        },
        // It is sent by its name, seen or not.
        () => undefined,
      );
    }
  }, [userId, workflow.name]);
}

/** A reload would end them, and a file cannot be kept. */
function useStayWhileUploading(): void {
  const isUploading = uploads.value.some(({ error }) => error === undefined);
  useEffect(() => {
    if (!isUploading) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [isUploading]);
}

import type { AssetView } from '@star-graph/contract/assets/assets';
import { type AssetValue, isAssetValue } from '@star-graph/ui/form/fitValue';
import { writeValue } from '@star-graph/ui/form/formDraft';
import type { PictureSource } from '@star-graph/ui/form/useUploads';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import type { Dropped } from '@star-graph/ui/pictures/assetDrag';
import type { FileKind } from '@star-graph/workflows/shared/mediaKinds';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { dropShared, type SharedPicture } from '../../../shell/readShared.ts';
import { draftOf, withoutPicture } from '../draft/drafts.ts';
import type { Studio } from '../studio.ts';
import { texts } from '../texts.ts';
import { createPictureSource } from './formPictures.ts';
import { chooseFromGallery } from './galleryQuestion.ts';
import { findFree, mediaOf, type Place, placePicture } from './placePicture.ts';
import { texts as pictureTexts } from './texts.ts';
import { startUpload, uploads } from './uploads.ts';
import { useDroppedFiles } from './useDroppedFiles.ts';

/** Pictures for the open form: by its own fields, dropped or pasted beside them, or handed over. */
export function usePictures(studio: Studio): {
  pictures: PictureSource;
  isDragging: boolean;
  takeShared(pictures: readonly SharedPicture[]): void;
} {
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
        onUploaded: (asset, file) => void offerSettings(latest.current, asset, file),
      }),
    [],
  );
  const take = (dropped: Dropped) => {
    if (dropped.kind === 'asset') putPicture(latest.current, dropped.asset, 'image');
    if (dropped.kind === 'file') takeFile(dropped.file, () => latest.current);
    if (dropped.kind === 'url') takeLink(dropped.url, () => latest.current);
  };
  const isDragging = useDroppedFiles(take, (target) => {
    const takesOne = latest.current.form.fields.some(({ kind }) => kind === 'asset');
    return takesOne && target.closest('.sg-form') !== null;
  });
  useMaskAddress(studio, pictures);
  useStayWhileUploading();
  return { pictures, isDragging, takeShared: (shared) => takeAll(shared, () => latest.current) };
}

function takeFile(file: File, now: () => Studio): void {
  const media = mediaOf(file.type);
  if (!media) {
    showToast({ tone: 'bad', text: texts.noPlace });
    return;
  }
  startUpload(file, ({ asset, value }) => {
    putPicture(now(), value, media);
    void offerSettings(now(), asset, file);
  });
}

/** What it is, the server says. */
function takeLink(url: string, now: () => Studio): void {
  startUpload(url, ({ asset, value }) => {
    putPicture(now(), value, mediaOf(asset.mime) ?? 'image');
    void offerSettings(now(), asset);
  });
}

/** The first one leads to a form that takes it; the others go where there is room, and else stay in the gallery. */
function takeAll(pictures: readonly SharedPicture[], now: () => Studio): void {
  pictures.forEach(({ entry, file }, at) => {
    const media = mediaOf(file.type) ?? 'image';
    startUpload(
      file,
      ({ value }) => (at === 0 ? putPicture(now(), value, media) : putWhereFree(now(), value, media)),
      () => void dropShared(entry),
    );
  });
}

/** Into the open form, or the one that people mean by such a picture. */
function putPicture(studio: Studio, picture: AssetValue, media: FileKind): void {
  const { userId, workflow } = studio;
  const open = { workflow, draft: draftOf(userId, workflow.name).value };
  const place = placePicture(studio.listed, open, media);
  if (!place) {
    showToast({ tone: 'bad', text: texts.noPlace });
    return;
  }
  write(userId, place, picture);
  if (place.workflow.name !== studio.workflow.name) studio.openWorkflow(place.workflow.name);
}

function putWhereFree({ userId, workflow }: Studio, picture: AssetValue, media: FileKind): void {
  const place = findFree(workflow, draftOf(userId, workflow.name).value, media);
  if (place) write(userId, place, picture);
  else showToast({ text: pictureTexts.kept, id: 'picture-kept' });
}

function write(userId: string, { workflow, param }: Place, picture: AssetValue): void {
  const draft = draftOf(userId, workflow.name);
  draft.value = writeValue({ runs: workflow.name }, draft.value, param, picture);
}

/** Most who come bring no picture. */
async function offerSettings(studio: Studio, asset: AssetView, file?: Blob): Promise<void> {
  const brought = await import('./broughtSettings.ts');
  await brought.offerSettings(studio, asset, file);
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
  const isUploading = uploads.value.some(({ fault }) => fault === undefined);
  useEffect(() => {
    if (!isUploading) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [isUploading]);
}

import { nameResult } from '../../runs/run.ts';
import { dropVideo, refuseVideo, type ShownRun, setComparing, setRestored, sourceOf } from '../shownRun.ts';
import type { Overlay } from './overlay.ts';
import type { OverlayActions } from './PictureOverlay.tsx';
import { fetchAgain } from './receiveResult.ts';

/** The actions of one picture's buttons. */
export function runActions(overlay: Overlay, shown: ShownRun): OverlayActions {
  const runId = shown.run.id;
  return {
    cancel: (isSeen) => overlay.send({ kind: 'cancel', runId, isSeen }),
    answerPrice: (yes) =>
      overlay.send(yes ? { kind: 'confirm', runId, isSeen: yes.isSeen } : { kind: 'decline', runId }),
    remedy: (remedy, isSeen) => overlay.send({ kind: remedy, runId, isSeen }),
    retry: (isSeen) => overlay.send({ kind: 'retry', runId, isSeen }),
    fetchResult() {
      fetchAgain(overlay, shown);
      overlay.redraw();
    },
    img2img: () => overlay.send({ kind: 'img2imgAgain', runId, source: sourceOf(shown) }),
    againWith: () => overlay.send({ kind: 'againWith', runId }),
    openCanvas: () => overlay.send({ kind: 'openCanvas', runId }),
    openResult: () => overlay.send({ kind: 'openResult', runId }),
    upscale: (scale, isSeen) =>
      overlay.send({ kind: 'upscaleAgain', runId, source: sourceOf(shown), scale, isSeen }),
    refuseVideo() {
      refuseVideo(shown);
      overlay.redraw();
    },
    compare: (isComparing) => void setComparing(shown, isComparing).then(overlay.redraw),
    restore(isRestored) {
      setRestored(shown, isRestored, overlay.redraw);
      overlay.redraw();
    },
    // A page learns each address saved from it and may read its content.
    save: () => (shown.run.isExposable ? saveFile(shown) : overlay.send({ kind: 'saveResult', runId })),
    copy: () => copyFile(shown),
    close() {
      shown.replacement?.dispose();
      dropVideo(shown);
      overlay.remove(runId);
    },
  };
}

function saveFile({ result, run }: ShownRun): void {
  if (!result) return;
  const url = URL.createObjectURL(result.file);
  const link = document.createElement('a');
  link.href = url;
  link.download = nameResult(run, result.file.type);
  link.click();
  // The browser has taken the file by the next task.
  setTimeout(() => URL.revokeObjectURL(url));
}

/** False when the browser does not let this page's clipboard be written. */
async function copyFile({ result }: ShownRun): Promise<boolean> {
  if (!result) return false;
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': toPng(result.file) })]);
    return true;
  } catch {
    return false;
  }
}

/** Clipboards take PNG alone. */
async function toPng(file: Blob): Promise<Blob> {
  if (file.type === 'image/png') return file;
  const bitmap = await createImageBitmap(file);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  return await canvas.convertToBlob({ type: 'image/png' });
}

import type { ListedAssetView } from '@star-graph/contract/assets/assetList';
import { downloadZip } from 'client-zip';
import { saveBlob } from '../../../data/saveBlob.ts';
import { api } from '../../../session/session.ts';
import { fileNameOf } from './fileName.ts';

/** More is written to the disk as it comes, where the browser can; the tab's memory holds the rest. */
const largestInMemory = 300_000_000;

interface Progress {
  /** From 0 to 1. */
  onProgress(share: number): void;
  signal: AbortSignal;
}

interface WithPicker {
  showSaveFilePicker?(options: { suggestedName: string }): Promise<FileSystemFileHandle>;
}

/** Packs the stored bytes as they are, one file after the other, and saves them. */
export async function saveAsZip(items: readonly ListedAssetView[], progress: Progress): Promise<void> {
  const name = `star-graph-${new Date().toISOString().slice(0, 10)}.zip`;
  const total = items.reduce((sum, { bytes }) => sum + bytes, 0);
  const { showSaveFilePicker: pick } = window as WithPicker;
  // It must be asked for while the press still counts as one.
  const place =
    total > largestInMemory && pick ? await pick.call(window, { suggestedName: name }) : undefined;
  const zip = downloadZip(readFiles(items, total, progress));
  if (place && zip.body) {
    await zip.body.pipeTo(await place.createWritable(), { signal: progress.signal });
    return;
  }
  saveBlob(await zip.blob(), name);
}

async function* readFiles(
  items: readonly ListedAssetView[],
  total: number,
  { onProgress, signal }: Progress,
) {
  let read = 0;
  for (const item of items) {
    const { url } = await api.getAssetUrl({ params: { id: item.id } }, { signal });
    const answer = await fetch(url, { signal });
    if (!answer.ok || !answer.body) throw new Error(`The file was answered with ${answer.status}.`);
    const counted = answer.body.pipeThrough(
      new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
        transform(chunk, controller) {
          read += chunk.length;
          onProgress(total > 0 ? Math.min(1, read / total) : 0);
          controller.enqueue(chunk);
        },
      }),
    );
    yield { name: fileNameOf(item), lastModified: new Date(item.createdAt), input: counted };
  }
}

import { signal } from '@preact/signals';
import type { AssetView } from '../../../../../contract/assets/assets.ts';
import { api } from '../../../session/session.ts';

/** A picture or film on its way to the server. */
export interface Upload {
  id: string;
  name: string;
  /** From 0 to 100. */
  percent: number;
  error?: unknown;
}

/** Those that are under way or were refused. */
export const uploads = signal<readonly Upload[]>([]);
const running = new Map<string, { file: File; abort: AbortController; put(asset: AssetView): void }>();

/** @param put gets the stored picture; it is not called for one that was refused or called off */
export function startUpload(file: File, put: (asset: AssetView) => void): void {
  const id = crypto.randomUUID();
  running.set(id, { file, abort: new AbortController(), put });
  uploads.value = [...uploads.value, { id, name: file.name, percent: 0 }];
  void sendUpload(id);
}

/** Sends it, or a refused one again: an upload that the server did not take left nothing behind. */
export async function sendUpload(id: string): Promise<void> {
  const upload = running.get(id);
  if (!upload) return;
  change(id, { percent: 0, error: undefined });
  try {
    const asset = await api.uploadAsset(upload.file, {
      ...{ filename: upload.file.name, signal: upload.abort.signal },
      onProgress: (sent, total) => change(id, { percent: total === 0 ? 0 : (100 * sent) / total }),
    });
    dropUpload(id);
    upload.put(asset);
  } catch (error) {
    // A called-off one is gone from the list.
    change(id, { error });
  }
}

export function dropUpload(id: string): void {
  running.get(id)?.abort.abort();
  running.delete(id);
  uploads.value = uploads.value.filter((one) => one.id !== id);
}

function change(id: string, values: Partial<Upload>): void {
  uploads.value = uploads.value.map((one) => (one.id === id ? { ...one, ...values } : one));
}

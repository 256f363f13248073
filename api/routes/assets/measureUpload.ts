import type { Asset } from '@star-graph/core/ground/db/models/asset';
import { Problem } from '@star-graph/core/ground/errors';
import { uploadedBytes, uploads, uploadsUnderWay } from '../../metrics.ts';

/** Counts an upload, and how it ends. */
export async function measureUpload<Stored extends Pick<Asset, 'bytes'>>(
  receive: () => Promise<Stored>,
): Promise<Stored> {
  uploadsUnderWay.inc();
  try {
    const asset = await receive();
    uploads.inc({ outcome: 'stored' });
    uploadedBytes.inc(Number(asset.bytes));
    return asset;
  } catch (error) {
    uploads.inc({ outcome: error instanceof Problem ? 'refused' : 'failed' });
    throw error;
  } finally {
    uploadsUnderWay.dec();
  }
}

import type { AssetView } from '@star-graph/contract/assets/assets';
import { Unreachable } from './clientProblem.ts';

const downloadTimeoutMs = 10 * 60_000;

/**
 * The bytes of a stored picture or film. They are compared with the asset's digest, or where the page has no
 * WebCrypto (plain HTTP) with its length.
 * @throws Unreachable when they do not arrive whole, or the signal's reason. A link holds for an hour: ask for the
 * asset or its task again for a new one.
 */
export async function downloadAsset(
  asset: Pick<AssetView, 'url' | 'bytes' | 'sha256' | 'mime'>,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Blob> {
  const content = await fetchContent(asset.url, signal);
  if (content.byteLength !== asset.bytes || !(await hasDigest(content, asset.sha256)))
    throw new Unreachable('The file arrived damaged.');
  return new Blob([content], { type: asset.mime });
}

async function fetchContent(url: string, signal: AbortSignal | undefined): Promise<ArrayBuffer> {
  const timeout = AbortSignal.timeout(downloadTimeoutMs);
  try {
    const response = await fetch(url, { signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
    if (!response.ok) throw new Unreachable(`The file could not be had (status ${response.status}).`);
    return await response.arrayBuffer();
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Unreachable) throw error;
    throw new Unreachable('The download broke off.', { cause: error });
  }
}

async function hasDigest(content: ArrayBuffer, sha256: string): Promise<boolean> {
  // Browsers have it in secure contexts only.
  const subtle = crypto.subtle as typeof crypto.subtle | undefined;
  if (!subtle) return true;
  const digest = new Uint8Array(await subtle.digest('SHA-256', content));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('') === sha256;
}

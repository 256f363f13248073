import { encodeFile } from '../messaging/encodedFile.ts';
import type { ResultPart } from '../messaging/protocol.ts';
import type { Client } from '../session/usedOperations.ts';
import type { ResultFile } from './advance/liveRuns.ts';

/** In base64 a twelfth of what Chromium carries in one message (64 MiB); a longer message never arrives. */
export const partBytes = 4 * 2 ** 20;

/** A page holds the file and its pixels beside its own data. A larger result opens in its own tab. */
export const pageMaxBytes = 256 * 2 ** 20;

const partTimeoutMs = 60_000;

/** The address of a result's bytes, good for an hour. @throws ClientProblem, Unreachable */
export const findResult = (client: Client, assetId: string): Promise<ResultFile> =>
  client.getAsset({ params: { id: assetId } });

/**
 * Reads one part of a result, independently: any worker can read the next one.
 * @throws Error when the position lies outside of the file, the store does not answer or gives something else
 */
export async function readPart(file: ResultFile, fromByte: number): Promise<ResultPart> {
  if (!Number.isSafeInteger(fromByte) || fromByte < 0 || fromByte >= file.bytes)
    throw new Error(`the result has no byte ${fromByte}`);
  const length = Math.min(partBytes, file.bytes - fromByte);
  const isWhole = length === file.bytes;
  const response = await fetch(file.url, {
    signal: AbortSignal.timeout(partTimeoutMs),
    credentials: 'omit',
    ...(isWhole ? {} : { headers: { Range: `bytes=${fromByte}-${fromByte + length - 1}` } }),
  });
  if (response.status !== (isWhole ? 200 : 206)) throw new Error(`the file answered ${response.status}`);
  const part = await response.blob();
  if (part.size !== length) throw new Error(`the file gave ${part.size} bytes of ${length}`);
  const { mime, width, height, bytes: totalBytes } = file;
  return { ...(await encodeFile(part)), mime, fromByte, totalBytes, width, height };
}

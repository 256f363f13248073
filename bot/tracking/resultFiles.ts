import type { ApiClient } from '@star-graph/client/client';
import type { AssetView } from '@star-graph/contract/assets/assets';
import { findEnding } from '@star-graph/workflows/shared/mediaKinds';
import type { RawFile } from 'discord.js';
import type { Logger } from 'pino';
import { isFilmType, shrinkVideo } from './smallerVideo.ts';

/** One output, in the first of these forms that Discord takes: the file, a smaller copy, a link. */
interface PreparedOutput {
  file?: RawFile;
  /** Valid for seven days; absent if the whole file is attached. */
  link?: string;
  isSmaller: boolean;
}

const linkHours = 168;
const downloadTimeoutMs = 60_000;
/** A larger picture is not fetched in order to shrink it. */
const largestSourceBytes = 100_000_000;
/** Discord's bound for one request, less the rest of the form. */
const requestBytes = 25 * 1_048_576 - 65_536;
export const filesAtMost = 10;

interface OutputDeps {
  client: ApiClient;
  fetch: typeof fetch;
  log: Logger;
}

/** @param limits.fileBytes what the channel of the interaction allows for one file. */
export async function prepareOutputs(
  deps: OutputDeps,
  outputs: readonly AssetView[],
  limits: { fileBytes: number; isSpoiler: boolean },
): Promise<PreparedOutput[]> {
  let leftBytes = requestBytes;
  const prepared: PreparedOutput[] = [];
  for (const [index, output] of outputs.entries()) {
    const room = index < filesAtMost ? Math.min(limits.fileBytes, leftBytes) : 0;
    const name = `${limits.isSpoiler ? 'SPOILER_' : ''}${output.id.slice(-12)}`;
    const one = await prepareOutput(deps, output, { room, name });
    leftBytes -= one.file ? Buffer.byteLength(one.file.data as Buffer) : 0;
    prepared.push(one);
  }
  return prepared;
}

async function prepareOutput(
  deps: OutputDeps,
  output: AssetView,
  { room, name }: { room: number; name: string },
): Promise<PreparedOutput> {
  const { mime, bytes } = output;
  if (bytes <= room) {
    const data = await download(deps.fetch, output.url);
    const file = { name: `${name}.${findEnding(mime) ?? 'bin'}`, data, contentType: mime };
    return { file, isSmaller: false };
  }
  const link = await findLink(deps.client, output.id);
  const smaller =
    bytes > largestSourceBytes || room < 10_000 ? undefined : await encodeSmaller(deps, output, room);
  if (!smaller) return { ...link, isSmaller: false };
  const { data, contentType } = smaller;
  return {
    file: { name: `${name}.${findEnding(contentType)}`, data, contentType },
    ...link,
    isSmaller: true,
  };
}

async function encodeSmaller(
  deps: OutputDeps,
  { mime, url, durationMs }: AssetView,
  limitBytes: number,
): Promise<{ data: Buffer; contentType: string } | undefined> {
  if (mime.startsWith('image/')) {
    const data = await shrink(await download(deps.fetch, url), limitBytes);
    return data && { data, contentType: 'image/webp' };
  }
  if (!isFilmType(mime) || durationMs === undefined) return undefined;
  const film = { bytes: await download(deps.fetch, url), mime, durationMs };
  const data = await shrinkVideo(deps, film, limitBytes);
  return data && { data, contentType: 'video/mp4' };
}

async function findLink(client: ApiClient, id: string): Promise<{ link: string }> {
  const { url } = await client.getAssetUrl({ params: { id }, query: { ttlHours: linkHours } });
  return { link: url };
}

async function download(send: typeof fetch, url: string): Promise<Buffer> {
  const response = await send(url, { signal: AbortSignal.timeout(downloadTimeoutMs) });
  if (!response.ok) throw new Error(`a result could not be read: status ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

/** First lower quality, then fewer pixels. Undefined if no sensible copy fits. */
async function shrink(picture: Buffer, limitBytes: number): Promise<Buffer | undefined> {
  // Loaded when first needed: most results fit, and it is the largest library of all.
  const { default: sharp } = await import('sharp');
  const { width } = await sharp(picture).metadata();
  for (const scale of [1, 0.7, 0.5, 0.35]) {
    for (const quality of [90, 75]) {
      const smaller = await sharp(picture)
        .resize({ width: Math.max(1, Math.round(width * scale)) })
        .webp({ quality })
        .toBuffer();
      if (smaller.length <= limitBytes) return smaller;
    }
  }
  return undefined;
}

import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isJsonObject, type JsonObject, stringifyAscii } from '../json.ts';
import { type NodeContext, NodeFailure } from '../nodes/node.ts';
import { openPicture, type Picture } from '../pictures/picture.ts';
import type { FolderType } from './dataFolders.ts';
import { copyWithChunks, insertChunks, textChunk } from './pngText.ts';
import { planSave, savedFilename, savedPath } from './savedName.ts';

interface SaveOptions {
  type: FolderType;
  prefix: string;
  /** zlib's level, 0-9. */
  compressionLevel: number;
}

const smallFileBytes = 16 * 1024;
const instantCounters = new Map<string, number>();

/** Encoded pictures, for as long as the picture itself lives: batches and caches repeat the very same one. */
const encoded = new WeakMap<Picture, Buffer>();

/** Saves a batch as PNG files with the graph in their metadata, and describes them for history. */
export async function saveImageFiles(
  context: NodeContext,
  pictures: readonly Picture[],
  options: SaveOptions,
): Promise<JsonObject[]> {
  const first = pictures[0];
  if (!first) return [];
  const { instant } = context.config.simulation;
  const place = await planSave(context.folders, options.type, options.prefix, first, {
    now: new Date(),
    // Scanning a directory of thousands of files for each picture would be all that is measured.
    remembered: instant ? instantCounters : null,
  });
  const chunks = metadataChunks(context);
  const saved: JsonObject[] = [];
  for (const [index, picture] of pictures.entries()) {
    context.throwIfInterrupted();
    await context.injectFaults('save');
    const filename = savedFilename(place, index, 'png');
    await writePng(context, picture, savedPath(place, filename), options.compressionLevel, chunks);
    saved.push({ filename, subfolder: place.subfolder, type: options.type });
  }
  return saved;
}

/** `prompt` and the entries of `extra_pnginfo`, as ComfyUI embeds them. */
function metadataChunks(context: Pick<NodeContext, 'graph' | 'extraData'>): Buffer[] {
  const chunks = [textChunk('prompt', stringifyAscii(context.graph))];
  const info = context.extraData.extra_pnginfo;
  if (isJsonObject(info)) {
    for (const [keyword, value] of Object.entries(info))
      chunks.push(textChunk(keyword, stringifyAscii(value)));
  }
  return chunks;
}

async function writePng(
  context: NodeContext,
  picture: Picture,
  path: string,
  compressionLevel: number,
  chunks: readonly Buffer[],
): Promise<void> {
  const png = openPicture(picture).png({ compressionLevel, adaptiveFiltering: true });
  try {
    if (Buffer.isBuffer(picture.pixels)) {
      const bytes = encoded.get(picture) ?? (await png.toBuffer());
      encoded.set(picture, bytes);
      const file = insertChunks(bytes, chunks);
      // A small file is written sooner than a thread is found for it.
      if (file.length < smallFileBytes) writeFileSync(path, file);
      else await writeFile(path, file);
      return;
    }
    const plain = join(context.folders.scratch, `${randomUUID()}.png`);
    await png.toFile(plain);
    await copyWithChunks(plain, path, chunks);
    await rm(plain);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
      throw new NodeFailure('OSError', '[Errno 28] No space left on device');
    }
    throw error;
  }
}

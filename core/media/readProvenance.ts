import { readFile } from 'node:fs/promises';
import { findFileType, isFilmType } from './fileType.ts';
import { findRewriter } from './metadata/findRewriter.ts';
import { type Provenance, parseProvenance } from './metadata/provenance.ts';
import { findVideoComment, type VideoOptions } from './videos/videoFile.ts';
import { withHeldFile } from './workLanes.ts';

/**
 * What `storeOutput` wrote into a file; undefined without it. Throws `DamagedFile` or `ToolRefusal` for a file that
 * cannot be read to its end.
 */
export async function readProvenance(file: string, options: VideoOptions): Promise<Provenance | undefined> {
  const ext = await findFileType(file);
  if (ext === undefined) return undefined;
  if (isFilmType(ext)) return parseProvenance(await findVideoComment(file, ext, options));
  const read = async () => findRewriter(ext)?.findProvenanceText(await readFile(file));
  return parseProvenance(await withHeldFile(file, read, options.signal));
}

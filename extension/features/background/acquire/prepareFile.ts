import type { FileKind } from '@star-graph/workflows/shared/mediaKinds';
import { uploadMaxBytes } from '@star-graph/workflows/shared/uploadRules';
import { decodeFile, type EncodedFile } from '../../messaging/encodedFile.ts';
import { LocalProblem } from '../../runs/problem.ts';
import { findSoundType, findVideoFormat } from '../../runs/videoFormat.ts';
import type { WorkFacts } from '../../runs/work.ts';
import { readSettings } from '../../session/settings.ts';
import type { AcquiredPicture } from './acquiredPicture.ts';
import { preparePicture } from './acquirePicture.ts';

/** What the server takes of a file that the person gave. @throws LocalProblem `not-an-image`, `not-a-video` */
export async function prepareFile(
  encoded: EncodedFile,
  kind: FileKind,
  work: WorkFacts,
): Promise<AcquiredPicture> {
  const file = decodeFile(encoded);
  if (kind === 'video') return { file: await requireVideo(file), notes: [], isExposable: false };
  // The server looks at its bytes and says what is wrong.
  if (kind === 'audio') return { file, notes: [], isExposable: false };
  const { svgLongestSidePx } = await readSettings();
  return await preparePicture({ work, svgLongestSidePx }, { file, notes: [], isExposable: false });
}

/** The same bytes with their own type. @throws LocalProblem `sound-unreadable`, `sound-too-large` */
export async function requireSound(file: Blob): Promise<Blob> {
  const type = await findSoundType(file);
  if (type === undefined) throw new LocalProblem('sound-unreadable');
  if (file.size > uploadMaxBytes) throw new LocalProblem('sound-too-large');
  return file.slice(0, file.size, type);
}

/** The same bytes with their own type. @throws LocalProblem `not-a-video`, `video-too-large` */
export async function requireVideo(file: Blob): Promise<Blob> {
  const format = await findVideoFormat(file);
  if (!format) throw new LocalProblem('not-a-video');
  // Nothing here makes a video smaller.
  if (file.size > uploadMaxBytes) throw new LocalProblem('video-too-large');
  return file.slice(0, file.size, `video/${format}`);
}

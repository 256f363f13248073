import type { FileKind } from '@star-graph/workflows/shared/mediaKinds';
import { uploadMaxBytes } from '@star-graph/workflows/shared/uploadRules';
import { decodeFile, type EncodedFile } from '../../messaging/encodedFile.ts';
import { LocalProblem, type LocalProblemCode } from '../../runs/problem.ts';
import type { PlayedKind } from '../../runs/run.ts';
import { findPlayedType } from '../../runs/videoFormat.ts';
import type { WorkFacts } from '../../runs/work.ts';
import { readSettings } from '../../session/settings.ts';
import type { AcquiredPicture } from './acquiredPicture.ts';
import { preparePicture } from './acquirePicture.ts';
import type { Refusal } from './fetchPicture.ts';

/** What the server takes of a file that the person gave. @throws LocalProblem `not-an-image`, `not-a-video` */
export async function prepareFile(
  encoded: EncodedFile,
  kind: FileKind,
  work: WorkFacts,
): Promise<AcquiredPicture> {
  const file = decodeFile(encoded);
  if (kind === 'video') return { file: await requirePlayed(kind, file), notes: [], isExposable: false };
  // The server looks at its bytes and says what is wrong.
  if (kind === 'audio') return { file, notes: [], isExposable: false };
  const { svgLongestSidePx } = await readSettings();
  return await preparePicture({ work, svgLongestSidePx }, { file, notes: [], isExposable: false });
}

/**
 * The same bytes with their own type. Nothing here makes a film or a sound smaller.
 * @throws LocalProblem
 */
export async function requirePlayed(kind: PlayedKind, file: Blob): Promise<Blob> {
  const type = await findPlayedType(file, kind);
  if (type === undefined) throw new LocalProblem(problemOf(kind, 'not-an-image'));
  if (file.size > uploadMaxBytes) throw new LocalProblem(problemOf(kind, 'too-large'));
  return file.slice(0, file.size, type);
}

const words = { video: 'video', audio: 'sound' } as const;

/** How a refusal is told of a film or a sound. */
export function problemOf(kind: PlayedKind, refusal: Refusal): LocalProblemCode {
  if (refusal === 'too-large') return `${words[kind]}-too-large`;
  return refusal === 'not-an-image' && kind === 'video' ? 'not-a-video' : `${words[kind]}-unreadable`;
}

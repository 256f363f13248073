import { uploadMaxBytes } from '@star-graph/workflows/shared/uploadRules';
import { decodeFile } from '../../messaging/encodedFile.ts';
import type { PageFrame } from '../../messaging/pageFrame.ts';
import type { FoundPicture } from '../../messaging/protocol.ts';
import { LocalProblem } from '../../runs/problem.ts';
import type { PlayedKind } from '../../runs/run.ts';
import { findPlayedType } from '../../runs/videoFormat.ts';
import type { AcquiredPicture } from './acquiredPicture.ts';
import { fetchPicture, joinRefusals, type Refusal } from './fetchPicture.ts';
import { problemOf, requirePlayed } from './prepareFile.ts';

/**
 * Gets the bytes of a video or a sound in a page, by the same steps as those of a picture. There is no last step: what a
 * canvas or the screen shows is one frame.
 * @throws LocalProblem for what its kind says
 */
export async function acquirePlayed(
  { urls, frameUrl }: FoundPicture,
  frame: PageFrame,
  kind: PlayedKind,
): Promise<AcquiredPicture> {
  const isOne = async (file: Blob) => (await findPlayedType(file, kind)) !== undefined;
  const refusals: Refusal[] = [];
  for (const url of urls) {
    const isOfPage = /^(data|blob):/.test(url);
    if (!isOfPage) {
      const fetched = await fetchPicture(url, frameUrl, isOne, uploadMaxBytes);
      if (typeof fetched !== 'string') return await accept(kind, fetched.file, fetched.isPublic);
      refusals.push(fetched);
      if (fetched === 'too-large') continue;
    }
    const read = await frame.ask({ kind: 'read', url, maxBytes: uploadMaxBytes });
    if (read === 'too-large') refusals.push(read);
    else if (read) return await accept(kind, decodeFile(read), true);
    // Its address stands for a script of the page, which feeds it piece by piece.
    else if (isOfPage) throw new LocalProblem(kind === 'video' ? 'video-streamed' : 'sound-unreadable');
  }
  throw new LocalProblem(problemOf(kind, joinRefusals(refusals)));
}

const accept = async (kind: PlayedKind, file: Blob, isExposable: boolean): Promise<AcquiredPicture> => ({
  file: await requirePlayed(kind, file),
  notes: [],
  isExposable,
});

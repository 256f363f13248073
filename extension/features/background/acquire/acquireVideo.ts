import { uploadMaxBytes } from '@star-graph/workflows/shared/uploadRules';
import { decodeFile } from '../../messaging/encodedFile.ts';
import type { PageFrame } from '../../messaging/pageFrame.ts';
import type { FoundPicture } from '../../messaging/protocol.ts';
import { LocalProblem, type LocalProblemCode } from '../../runs/problem.ts';
import { findVideoFormat } from '../../runs/videoFormat.ts';
import type { AcquiredPicture } from './acquiredPicture.ts';
import { fetchPicture, joinRefusals, type Refusal } from './fetchPicture.ts';
import { requireVideo } from './prepareFile.ts';

/**
 * Gets the bytes of a video in a page, by the same steps as those of a picture. There is no last step: what a canvas or
 * the screen shows is one frame.
 * @throws LocalProblem `video-streamed`, `video-too-large`, `not-a-video`, `video-unreadable`
 */
export async function acquireVideo(
  { urls, frameUrl }: FoundPicture,
  frame: PageFrame,
): Promise<AcquiredPicture> {
  const refusals: Refusal[] = [];
  for (const url of urls) {
    const isOfPage = /^(data|blob):/.test(url);
    if (!isOfPage) {
      const fetched = await fetchPicture(url, frameUrl, isVideo, uploadMaxBytes);
      if (typeof fetched !== 'string') return await accept(fetched.file, fetched.isPublic);
      refusals.push(fetched);
      if (fetched === 'too-large') continue;
    }
    const read = await frame.ask({ kind: 'read', url, maxBytes: uploadMaxBytes });
    if (read === 'too-large') refusals.push(read);
    else if (read) return await accept(decodeFile(read), true);
    // The address of a stream stands for a script of the page, which feeds the video piece by piece.
    else if (isOfPage) throw new LocalProblem('video-streamed');
  }
  throw new LocalProblem(problemOfRefusal[joinRefusals(refusals)]);
}

const problemOfRefusal = {
  'too-large': 'video-too-large',
  'not-an-image': 'not-a-video',
  missing: 'video-unreadable',
  refused: 'video-unreadable',
} as const satisfies Record<Refusal, LocalProblemCode>;

const isVideo = async (file: Blob): Promise<boolean> => (await findVideoFormat(file)) !== undefined;

const accept = async (file: Blob, isExposable: boolean): Promise<AcquiredPicture> => ({
  file: await requireVideo(file),
  notes: [],
  isExposable,
});

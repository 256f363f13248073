import { uploadMaxBytes } from '@star-graph/workflows/shared/uploadRules';
import { decodeFile } from '../../messaging/encodedFile.ts';
import type { PageFrame } from '../../messaging/pageFrame.ts';
import type { FoundPicture } from '../../messaging/protocol.ts';
import { LocalProblem, type LocalProblemCode } from '../../runs/problem.ts';
import type { PlayedKind } from '../../runs/run.ts';
import { findSoundType, findVideoFormat } from '../../runs/videoFormat.ts';
import type { AcquiredPicture } from './acquiredPicture.ts';
import { fetchPicture, joinRefusals, type Refusal } from './fetchPicture.ts';
import { requireSound, requireVideo } from './prepareFile.ts';

interface Kind {
  isOne(file: Blob): Promise<boolean>;
  /** The same bytes with their own type. */
  require(file: Blob): Promise<Blob>;
  /** Its address stands for a script of the page, which feeds it piece by piece. */
  streamed: LocalProblemCode;
  refused: Readonly<Record<Refusal, LocalProblemCode>>;
}

const kinds: Readonly<Record<PlayedKind, Kind>> = {
  video: {
    isOne: async (file) => (await findVideoFormat(file)) !== undefined,
    require: requireVideo,
    streamed: 'video-streamed',
    refused: {
      'too-large': 'video-too-large',
      'not-an-image': 'not-a-video',
      missing: 'video-unreadable',
      refused: 'video-unreadable',
    },
  },
  audio: {
    isOne: async (file) => (await findSoundType(file)) !== undefined,
    require: requireSound,
    streamed: 'sound-unreadable',
    refused: {
      'too-large': 'sound-too-large',
      'not-an-image': 'sound-unreadable',
      missing: 'sound-unreadable',
      refused: 'sound-unreadable',
    },
  },
};

/**
 * Gets the bytes of a video or a sound in a page, by the same steps as those of a picture. There is no last step: what a
 * canvas or the screen shows is one frame.
 * @throws LocalProblem for what its kind says
 */
export async function acquirePlayed(
  { urls, frameUrl }: FoundPicture,
  frame: PageFrame,
  of: PlayedKind,
): Promise<AcquiredPicture> {
  const kind = kinds[of];
  const refusals: Refusal[] = [];
  for (const url of urls) {
    const isOfPage = /^(data|blob):/.test(url);
    if (!isOfPage) {
      const fetched = await fetchPicture(url, frameUrl, kind.isOne, uploadMaxBytes);
      if (typeof fetched !== 'string') return await accept(kind, fetched.file, fetched.isPublic);
      refusals.push(fetched);
      if (fetched === 'too-large') continue;
    }
    const read = await frame.ask({ kind: 'read', url, maxBytes: uploadMaxBytes });
    if (read === 'too-large') refusals.push(read);
    else if (read) return await accept(kind, decodeFile(read), true);
    else if (isOfPage) throw new LocalProblem(kind.streamed);
  }
  throw new LocalProblem(kind.refused[joinRefusals(refusals)]);
}

const accept = async (kind: Kind, file: Blob, isExposable: boolean): Promise<AcquiredPicture> => ({
  file: await kind.require(file),
  notes: [],
  isExposable,
});

import { Problem } from '@star-graph/core/ground/errors';
import { requireNoMaintenance } from '@star-graph/core/ground/settings/maintenance';
import { openLink } from '@star-graph/core/library/assets/openLink';
import { type ReceivedFile, receiveUpload } from '@star-graph/core/media/receiveUpload';
import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import { doorUploads, uploadRefusals } from '@star-graph/workflows/shared/uploadRules';
import type { DoorDeps } from './doorDeps.ts';
import type { SentPictures } from './storePictures.ts';

/** A picture behind a link, which is fetched once its task is known to be taken. */
interface LinkedPicture {
  link: string;
  /** Where the link stands in the request. */
  pointer: string;
}

type Given = SentPictures['images'][number] | LinkedPicture;

/** Pictures of a request, some of which may still be elsewhere. */
export interface GivenPictures {
  images: readonly Given[];
  mask: Given | undefined;
}

/** All of them as files of this machine, until the scope ends. */
interface FetchedPictures extends SentPictures, AsyncDisposable {}

/** For all links of a request together, as one import has it. */
const timeoutMs = 25_000;

const isLinked = (given: Given): given is LinkedPicture => 'link' in given;

/** What a repeated request has again: bytes behind a link may be others by then. */
export const identityOf = (given: Given): string => (isLinked(given) ? given.link : given.sha256);

/**
 * Fetches what is behind links, one after the other; each takes the checks of an import.
 * @param signal ends it when the client has gone
 * @throws Problem everything that `openLink` and `receiveUpload` throw, pointed at the link; `too-large`;
 * `rate-limited` where the person receives too much at once; `unavailable` during maintenance.
 */
export async function fetchPictures(
  deps: DoorDeps,
  { account }: PersonCaller,
  { images, mask }: GivenPictures,
  signal: AbortSignal,
): Promise<FetchedPictures> {
  const files = new AsyncDisposableStack();
  const isAnyLinked = [...images, mask].some((one) => one && isLinked(one));
  // Before anything is asked for: a task would be refused for it only later.
  if (isAnyLinked) requireNoMaintenance(await deps.settings.read(), account);
  const leaveSlot = isAnyLinked ? deps.takeUploadSlot(account.id) : () => undefined;
  const endMs = deps.clock.monotonicMs() + timeoutMs;
  const mostBytes = doorUploads.largestFiles * deps.uploads.limitBytes;
  let bytes = 0;
  const fetchOne = async (given: Given) => {
    if (!isLinked(given)) return given;
    const leftMs = Math.max(1, endMs - deps.clock.monotonicMs());
    const file = files.use(await receiveLinked(deps, given, { timeoutMs: leftMs, signal }));
    bytes += file.bytes;
    if (bytes > mostBytes)
      throw new Problem('too-large', uploadRefusals.bytesInAll('pictures are', mostBytes));
    return file;
  };
  try {
    const fetched: SentPictures['images'][number][] = [];
    for (const image of images) fetched.push(await fetchOne(image));
    const drawn = mask && (await fetchOne(mask));
    return { images: fetched, mask: drawn, [Symbol.asyncDispose]: () => files.disposeAsync() };
  } catch (error) {
    await files.disposeAsync();
    throw error;
  } finally {
    leaveSlot();
  }
}

async function receiveLinked(
  deps: DoorDeps,
  { link, pointer }: LinkedPicture,
  bounds: { timeoutMs: number; signal: AbortSignal },
): Promise<ReceivedFile> {
  const { limitBytes, tempDirectory } = deps.uploads;
  try {
    await using opened = await openLink(deps, link, { limitBytes, ...bounds });
    const options = { limitBytes, tempDirectory, signal: opened.signal };
    return await receiveUpload(opened.body, options).catch((error: unknown) => {
      throw opened.explain(error);
    });
  } catch (error) {
    throw error instanceof Problem ? pointAt(error, pointer) : error;
  }
}

/** The import of a link has names of its own for it. */
const pointAt = ({ code, detail, errors, cause }: Problem, pointer: string): Problem => {
  const messages = errors.length > 0 ? errors.map(({ message }) => message) : ['This link is not taken.'];
  return new Problem(code, detail, { cause, errors: messages.map((message) => ({ pointer, message })) });
};

import { ClientProblem, Unreachable } from '@star-graph/client/clientProblem';
import type { ProblemCodeView } from '@star-graph/contract/problems';
import type { Shortage } from '@star-graph/contract/tasks/shortage';

/**
 * Failures on this side of the API.
 * - `image-not-found`: there is no picture at this place;
 * - `account-left`: the task belongs to another account than the signed-in one;
 * - `run-forgotten`: the page still shows a run that is no longer stored;
 * - `image-busy`: the picture already has an open run;
 * - `image-changed`: the page showed another picture before this one was read;
 * - `image-missing`: the site has no picture at that address;
 * - `image-unreadable`: neither its bytes nor its pixels can be read;
 * - `page-closed`: the page was closed before its picture was read;
 * - `page-silent`: the page does not respond;
 * - `page-refused`: the browser allows no extension in this page;
 * - `not-an-image`: the answer is not a picture (a sign-in page, for example);
 * - `video-not-found`: there is no video at this place;
 * - `video-streamed`: the video comes in pieces from a script of its page, so it has no file;
 * - `video-too-large`: the server takes no video of this size;
 * - `video-unreadable`: the bytes of the video cannot be read;
 * - `not-a-video`: the answer is no video that the server takes;
 * - `sound-unreadable`: there is no sound at this place, or its bytes cannot be read;
 * - `sound-too-large`: the server takes no sound of this size;
 * - `daily-claimed`: today's credits were claimed already.
 */
export type LocalProblemCode =
  | 'unreachable'
  | 'signed-out'
  | 'image-not-found'
  | 'account-left'
  | 'run-forgotten'
  | 'image-busy'
  | 'image-changed'
  | 'image-missing'
  | 'image-unreadable'
  | 'page-closed'
  | 'page-silent'
  | 'page-refused'
  | 'not-an-image'
  | 'video-not-found'
  | 'video-streamed'
  | 'video-too-large'
  | 'video-unreadable'
  | 'not-a-video'
  | 'sound-unreadable'
  | 'sound-too-large'
  | 'daily-claimed'
  | 'unexpected';
/** What became of a task that has nothing to show. Its texts are those of every client: the build adds them. */
export type OutcomeCode = 'result-withheld' | 'result-deleted' | 'failed-paid';
export type ProblemCode = ProblemCodeView | LocalProblemCode | OutcomeCode;

export const isNothingToShow = ({ code }: ShownProblem): boolean =>
  code === 'result-withheld' || code === 'result-deleted';

/** A failure as it crosses between the background and pages. `detail` is the server's own sentence, in English. */
export interface ShownProblem {
  code: ProblemCode;
  detail?: string;
  /** With `insufficient-credits`, where a price was asked for. */
  shortage?: Shortage;
}

export const tooFewCredits = (shortage: Shortage): ShownProblem => ({
  code: 'insufficient-credits',
  shortage,
});

export class LocalProblem extends Error {
  readonly code: LocalProblemCode;
  constructor(code: LocalProblemCode, options?: ErrorOptions) {
    super(code, options);
    this.name = 'LocalProblem';
    this.code = code;
  }
}

export function presentProblem(error: unknown): ShownProblem {
  if (error instanceof LocalProblem) return { code: error.code };
  if (error instanceof ClientProblem) {
    if (error.code === 'unauthenticated') return { code: 'signed-out' };
    return { code: error.code, detail: [error.message, ...pointed(error)].join(' ') };
  }
  if (error instanceof Unreachable) return { code: 'unreachable' };
  console.error(error);
  return { code: 'unexpected' };
}

const pointed = (error: ClientProblem): string[] =>
  (error.problem.errors ?? []).map(({ message }) => message);

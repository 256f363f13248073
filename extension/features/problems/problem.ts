import { ClientProblem, Unreachable } from '@star-graph/api/client/clientProblem';
import type { ProblemCodeView } from '@star-graph/api/contract/problems';

/**
 * What went wrong on this side of the API.
 * - `image-not-found`: nothing to work on was found there;
 * - `account-left`: the task is another account's than the one that is signed in;
 * - `run-forgotten`: what is shown of a run outlived what is known of it;
 * - `image-busy`: something else is being made of it;
 * - `image-changed`: the page showed another one there before it was read;
 * - `image-missing`: its site says that it has none at that address;
 * - `image-unreadable`: no way to its bytes or pixels is open;
 * - `page-closed`: the page went before its picture was read;
 * - `page-silent`: the page stands still and does not answer;
 * - `page-refused`: the browser lets no extension into this page;
 * - `not-an-image`: what came is no picture (a page that asks to sign in, for example);
 * - `daily-claimed`: the credits of today have been fetched.
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
  | 'daily-claimed'
  | 'unexpected';
export type ProblemCode = ProblemCodeView | LocalProblemCode;

/** A failure as it crosses between the background and pages. `detail` is the server's own sentence, in English. */
export interface ShownProblem {
  code: ProblemCode;
  detail?: string;
}

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

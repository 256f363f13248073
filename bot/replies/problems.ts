import { ClientProblem, Unreachable } from '@star-graph/api/client/clientProblem';
import type { ProblemCodeView } from '@star-graph/api/contract/problems';
import type { Messages } from './en.ts';

/** A refusal of the bot's own, in words for the person. */
export class Refusal extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'Refusal';
  }
}

/** The sentence for any failure. The record is exhaustive: a new code has no sentence and does not compile. */
export function presentProblem(say: Messages, error: unknown): string {
  if (error instanceof Refusal) return error.message;
  if (error instanceof Unreachable) return say.unreachable;
  if (!(error instanceof ClientProblem)) return say.unexpected;
  const sentence = sentenceOf(say, error.code);
  const wait = error.retryAfterSeconds === undefined ? '' : ` ${say.waitSeconds(error.retryAfterSeconds)}`;
  const named = (error.problem.errors ?? [])
    .map(({ pointer }) => pointer.slice(1))
    .filter((name) => name !== '');
  const names = named.length === 0 ? '' : ` ${say.badOption([...new Set(named)].join(', '))}`;
  return `${sentence}${names}${wait}`;
}

/** A server newer than the bot may know more codes. */
export function sentenceOf(say: Messages, code: ProblemCodeView): string {
  const sentences: Record<ProblemCodeView, string> = say.problem;
  return sentences[code] ?? say.unexpected;
}

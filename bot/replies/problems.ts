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
  const named = (error.problem.errors ?? []).flatMap(({ pointer }) => pointer.split('/')[1] || []);
  const names = named.length === 0 ? '' : ` ${presentBadOptions(say, named)}`;
  return `${sentence}${names}${wait}`;
}

/** Says which options to look at. @param params as the API names them; several may be one option. */
export function presentBadOptions(say: Messages, params: readonly string[]): string {
  const options: Record<string, string> = say.option;
  const names = params.map((param) => options[param] ?? param);
  return say.badOption([...new Set(names)].join(', '));
}

/** A server newer than the bot may know more codes. */
export function sentenceOf(say: Messages, code: ProblemCodeView): string {
  const sentences: Record<ProblemCodeView, string> = say.problem;
  return sentences[code] ?? say.unexpected;
}

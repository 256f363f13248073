import { ClientProblem, Unreachable } from '@star-graph/client/clientProblem';
import type { ProblemCodeView } from '@star-graph/contract/problems';
import type { APIActionRowComponent, APIButtonComponent } from 'discord.js';
import type { Messages } from './texts/en.ts';

type Rows = readonly APIActionRowComponent<APIButtonComponent>[];

/** A refusal of the bot's own, in words for the person; the buttons lead on, such as to a yes. */
export class Refusal extends Error {
  readonly components: Rows;
  constructor(sentence: string, components: Rows = []) {
    super(sentence);
    this.name = 'Refusal';
    this.components = components;
  }
}

/** The sentence for any failure. The record is exhaustive: a new code has no sentence and does not compile. */
export function presentProblem(say: Messages, error: unknown): string {
  if (error instanceof Refusal) return error.message;
  if (error instanceof Unreachable) return say.unreachable;
  if (!(error instanceof ClientProblem)) return say.unexpected;
  const sentence = sentenceOf(say, error.code);
  const named = listParams(error).map(({ param }) => param);
  return say.sentences([
    sentence,
    ...(named.length === 0 ? [] : [presentBadOptions(say, named)]),
    ...(error.retryAfterSeconds === undefined ? [] : [say.waitSeconds(error.retryAfterSeconds)]),
  ]);
}

/** The parameters that a problem points at, as the API names them, with its English sentence about each. */
export const listParams = ({ problem }: ClientProblem): { param: string; message: string }[] =>
  (problem.errors ?? []).flatMap(({ pointer, message }) => {
    const param = pointer.split('/')[1];
    return param ? [{ param, message }] : [];
  });

/** Says which options to look at. @param params as the API names them; several may be one option. */
export function presentBadOptions(say: Messages, params: readonly string[]): string {
  const options: Record<string, string> = say.option;
  const names = params.map((param) => options[param] ?? param);
  return say.badOption(say.list([...new Set(names)]));
}

/** A server newer than the bot may know more codes. */
export function sentenceOf(say: Messages, code: ProblemCodeView): string {
  const sentences: Record<ProblemCodeView, string> = say.problem;
  return sentences[code] ?? say.unexpected;
}

import { holdsPattern, holdsWord } from '@star-graph/contract/safety/wordFilter';
import { Problem } from '@star-graph/core/ground/errors';
import type { ReadWordRules } from '@star-graph/core/people/safety/wordRules';
import { type PointedFault, toPointer } from '@star-graph/workflows/shared/pointer';

/**
 * Checks a text against the operator's word rules, which apply to every person and client.
 * @throws Problem `content-refused` that names the parameters.
 */
export async function requireWords(
  deps: { wordRules: ReadWordRules },
  params: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { blockedWords, blockedPatterns, allowedWords } = await deps.wordRules();
  if (blockedWords.length === 0 && blockedPatterns.length === 0) return;
  const errors = Object.entries(params).flatMap(([name, value]): PointedFault[] =>
    typeof value === 'string' &&
    (holdsWord(value, blockedWords, allowedWords) || holdsPattern(value, blockedPatterns))
      ? [{ pointer: toPointer(name), message: 'It holds words that are not allowed.' }]
      : [],
  );
  if (errors.length > 0)
    throw new Problem(
      'content-refused',
      'The request holds words that are not allowed on this platform. Change it and try again.',
      { errors },
    );
}

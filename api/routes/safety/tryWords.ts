import { countSteps } from '@star-graph/contract/safety/textPattern';
import { findPatterns, findWords } from '@star-graph/contract/safety/wordFilter';
import type { WordTrial } from '@star-graph/contract/safety/wordRules';
import { Problem } from '@star-graph/core/ground/errors';
import type { WordRules } from '@star-graph/core/people/safety/wordRules';

/** Steps of patterns times characters: about the time of some ordinary requests. */
const mostWork = 2_000_000;

/**
 * Which rules a text meets, by the comparison that refuses prompts.
 * @throws Problem `invalid-params` for a text that is too long for so many patterns.
 */
export function tryWords(
  text: string,
  { blockedWords, blockedPatterns, allowedWords }: WordRules,
): WordTrial {
  const letters = Math.floor(mostWork / Math.max(1, countSteps(blockedPatterns)));
  if (text.length > letters)
    throw new Problem('invalid-params', 'The text is too long for these patterns. See the errors.', {
      errors: [
        {
          pointer: '/text',
          message: `With these patterns a text may have at most ${letters} characters. Try a part of it, or fewer patterns.`,
        },
      ],
    });
  const words = findWords(text, blockedWords, allowedWords).flatMap((place, at) =>
    place ? [{ list: 'blockedWords' as const, rule: blockedWords[at] ?? '', ...place }] : [],
  );
  const patterns = findPatterns(text, blockedPatterns).flatMap((place, at) =>
    place ? [{ list: 'blockedPatterns' as const, rule: blockedPatterns[at] ?? '', ...place }] : [],
  );
  return { met: [...words, ...patterns] };
}

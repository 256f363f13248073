import type { WordRules } from '@star-graph/core/people/safety/wordRules';
import { findPatterns, findWords } from '../../contract/safety/wordFilter.ts';
import type { WordTrial } from '../../contract/safety/wordRules.ts';

/** Which rules a text meets, by the comparison that refuses prompts. */
export function tryWords(
  text: string,
  { blockedWords, blockedPatterns, allowedWords }: WordRules,
): WordTrial {
  const words = findWords(text, blockedWords, allowedWords).flatMap((place, at) =>
    place ? [{ list: 'blockedWords' as const, rule: blockedWords[at] ?? '', ...place }] : [],
  );
  const patterns = findPatterns(text, blockedPatterns).flatMap((place, at) =>
    place ? [{ list: 'blockedPatterns' as const, rule: blockedPatterns[at] ?? '', ...place }] : [],
  );
  return { met: [...words, ...patterns] };
}

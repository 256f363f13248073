import type { WordRules } from '@star-graph/core/admin/wordRules';
import { findPattern, findWord } from '../../contract/wordRules/wordFilter.ts';
import type { WordTrial } from '../../contract/wordRules/wordRules.ts';

/** Which rules a text meets, by the comparison that refuses prompts. */
export function tryWords(
  text: string,
  { blockedWords, blockedPatterns, allowedWords }: WordRules,
): WordTrial {
  const words = blockedWords.flatMap((rule) => {
    const place = findWord(text, rule, allowedWords);
    return place ? [{ list: 'blockedWords' as const, rule, ...place }] : [];
  });
  const patterns = blockedPatterns.flatMap((rule) => {
    const place = findPattern(text, rule);
    return place ? [{ list: 'blockedPatterns' as const, rule, ...place }] : [];
  });
  return { met: [...words, ...patterns] };
}

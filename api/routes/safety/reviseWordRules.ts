import { type WordRulesChange, wordRulesSchema } from '@star-graph/contract/safety/wordRules';
import { Problem } from '@star-graph/core/ground/errors';
import type { WordRules } from '@star-graph/core/people/safety/wordRules';
import { toPointer } from '@star-graph/workflows/shared/pointer';

const lists = ['blockedWords', 'blockedPatterns', 'allowedWords'] as const;

/** @throws Problem `invalid-params` where a list would become too long. */
export function reviseWordRules(rules: WordRules, { add, remove }: WordRulesChange): WordRules {
  const revise = (list: (typeof lists)[number]): string[] =>
    [...new Set([...rules[list], ...(add?.[list] ?? [])])].filter((one) => !remove?.[list]?.includes(one));
  const revised = {
    blockedWords: revise('blockedWords'),
    blockedPatterns: revise('blockedPatterns'),
    allowedWords: revise('allowedWords'),
  };
  const full = lists.filter((list) => !wordRulesSchema.shape[list].safeParse(revised[list]).success);
  if (full.length === 0) return revised;
  throw new Problem('invalid-params', 'There would be too many rules. Remove some first.', {
    errors: full.map((list) => ({ pointer: toPointer('add', list), message: 'The list is full.' })),
  });
}

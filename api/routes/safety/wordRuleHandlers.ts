import { type WordRulesChange, type WordTrial, wordRulesSchema } from '@star-graph/contract/safety/wordRules';
import { Problem } from '@star-graph/core/ground/errors';
import { changeWordRules, readWordRules, type WordRules } from '@star-graph/core/people/safety/wordRules';
import { toPointer } from '@star-graph/workflows/shared/pointer';
import { countSteps } from '@star-graph/workflows/shared/textPattern';
import { findPatterns, findWords } from '@star-graph/workflows/shared/wordFilter';
import type { ApiDeps } from '../../apiDeps.ts';
import { actorOf } from '../admin/actorOf.ts';
import { defineHandlers } from '../handler.ts';
import { tellAfter } from '../tellAfter.ts';

export const createWordRuleHandlers = (deps: Pick<ApiDeps, 'database' | 'clock' | 'tellChange'>) =>
  defineHandlers({
    adminGetWordRules: () => readWordRules(deps.database),
    async adminPutWordRules({ body, caller }) {
      return tellAfter(
        deps,
        changeWordRules(deps, actorOf(caller), () => body),
      );
    },
    async adminPatchWordRules({ body, caller }) {
      return tellAfter(
        deps,
        changeWordRules(deps, actorOf(caller), (rules) => reviseWordRules(rules, body)),
      );
    },
    async adminTryWordRules({ body: { text, rules } }) {
      return tryWords(text, rules ?? (await readWordRules(deps.database)));
    },
  });

const lists = ['blockedWords', 'blockedPatterns', 'allowedWords'] as const;

/** @throws Problem `invalid-params` where a list would become too long. */
function reviseWordRules(rules: WordRules, { add, remove }: WordRulesChange): WordRules {
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

/** Steps of patterns times characters: about the time of some ordinary requests. */
const mostWork = 2_000_000;

/**
 * Which rules a text meets, by the comparison that refuses prompts.
 * @throws Problem `invalid-params` for a text that is too long for so many patterns.
 */
function tryWords(text: string, { blockedWords, blockedPatterns, allowedWords }: WordRules): WordTrial {
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

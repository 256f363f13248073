import { changeWordRules, readWordRules } from '@star-graph/core/people/safety/wordRules';
import type { ApiDeps } from '../../apiDeps.ts';
import { actorOf } from '../admin/actorOf.ts';
import { defineHandlers } from '../handler.ts';
import { tellAfter } from '../tellAfter.ts';
import { reviseWordRules } from './reviseWordRules.ts';
import { tryWords } from './tryWords.ts';

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

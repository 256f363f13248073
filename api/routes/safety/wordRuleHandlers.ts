import { changeWordRules, readWordRules } from '@star-graph/core/people/safety/wordRules';
import type { ApiDeps } from '../../apiDeps.ts';
import { actorOf } from '../admin/actorOf.ts';
import { defineHandlers } from '../handler.ts';
import { reviseWordRules } from './reviseWordRules.ts';
import { tryWords } from './tryWords.ts';

export const createWordRuleHandlers = (deps: Pick<ApiDeps, 'database' | 'clock'>) =>
  defineHandlers({
    adminGetWordRules: () => readWordRules(deps.database),
    async adminPutWordRules({ body, caller }) {
      return changeWordRules(deps, actorOf(caller), () => body);
    },
    async adminPatchWordRules({ body, caller }) {
      return changeWordRules(deps, actorOf(caller), (rules) => reviseWordRules(rules, body));
    },
    async adminTryWordRules({ body: { text, rules } }) {
      return tryWords(text, rules ?? (await readWordRules(deps.database)));
    },
  });

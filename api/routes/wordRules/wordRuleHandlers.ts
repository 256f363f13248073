import { changeWordRules, readWordRules } from '@star-graph/core/admin/wordRules';
import type { ApiDeps } from '../../apiDeps.ts';
import { actorOf } from '../admin/actorOf.ts';
import type { Handlers } from '../handler.ts';
import { reviseWordRules } from './reviseWordRules.ts';

type WordRuleOperation = 'adminGetWordRules' | 'adminPutWordRules' | 'adminPatchWordRules';

export const createWordRuleHandlers = (
  deps: Pick<ApiDeps, 'database' | 'clock'>,
): Handlers<WordRuleOperation> => ({
  adminGetWordRules: () => readWordRules(deps.database),
  async adminPutWordRules({ body, caller }) {
    return changeWordRules(deps, actorOf(caller), () => body);
  },
  async adminPatchWordRules({ body, caller }) {
    return changeWordRules(deps, actorOf(caller), (rules) => reviseWordRules(rules, body));
  },
});

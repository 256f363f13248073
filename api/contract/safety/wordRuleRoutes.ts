import { adminRoute, moderatorRoute } from '../admin/adminRoute.ts';
import {
  wordRulesChangeSchema,
  wordRulesSchema,
  wordTrialRequestSchema,
  wordTrialSchema,
} from './wordRules.ts';

/** The words forbidden in prompts, from every client. */
export const wordRuleRoutes = {
  adminGetWordRules: adminRoute('word-rules', {
    method: 'get',
    summary: 'Read what may not be in a prompt',
    success: { status: 200, description: 'What is in force', body: wordRulesSchema },
    forDelegates: true,
    keyScope: 'admin:people',
  }),
  adminPutWordRules: adminRoute('word-rules', {
    method: 'put',
    summary: 'Replace what may not be in a prompt, from whichever door; in force at once',
    body: wordRulesSchema,
    success: { status: 200, description: 'What is in force now', body: wordRulesSchema },
    keyScope: 'admin:people',
  }),
  adminPatchWordRules: adminRoute('word-rules', {
    method: 'patch',
    summary: 'Add and remove single rules of what may not be in a prompt; in force at once',
    body: wordRulesChangeSchema,
    success: { status: 200, description: 'What is in force now', body: wordRulesSchema },
    forDelegates: true,
    keyScope: 'admin:people',
  }),
  adminTryWordRules: moderatorRoute('word-rules/try', {
    method: 'post',
    summary: 'Read which rules a text meets and where, by the rules in force or by others; nothing changes',
    body: wordTrialRequestSchema,
    success: { status: 200, description: 'Empty where the text may be in a prompt', body: wordTrialSchema },
    keyScope: 'admin:people',
  }),
};

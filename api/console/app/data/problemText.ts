import { ClientProblem, Unreachable } from '@star-graph/client/clientProblem';
import type { ProblemCodeView, ProblemView } from '@star-graph/contract/problems';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { language } from '@star-graph/ui/texts/language';
import { problemTypePrefix } from '@star-graph/workflows/shared/problems';
import { problemTexts, type Sentence } from '@star-graph/workflows/shared/problemTexts';
import { PasskeyFault } from './passkeyFault.ts';
import { translate } from './translate.ts';

const texts = defineTexts({
  unreachable: {
    en: 'The server isn’t responding. Check your connection and try again.',
    'zh-CN': '服务器无响应。请检查网络连接后重试。',
  },
  unexpected: {
    en: 'Something went wrong. Reload the page and try again.',
    'zh-CN': '此页面出错。请重新载入后再试。',
  },
  passkeyNotUsed: {
    en: 'No passkey was used: it was cancelled or timed out. Try again.',
    'zh-CN': '未使用通行密钥：操作已取消或超时。请重试。',
  },
  passkeyKnown: {
    en: 'This device already has one of your passkeys.',
    'zh-CN': '此设备上已有您的通行密钥。',
  },
  passkeyAddress: {
    en: 'Passkeys don’t work at this address. Use the address your operator gave you.',
    'zh-CN': '通行密钥在当前地址无法使用。请通过管理员提供的地址打开此页面。',
  },
  fieldRefused: { en: 'This value isn’t allowed.', 'zh-CN': '此值不可用，请检查。' },
});

/** What happened and what to do, for the person. */
export function describeProblem(error: unknown): string {
  if (error instanceof Unreachable) return texts.unreachable;
  if (error instanceof PasskeyFault) return describePasskeyFault(error);
  if (!(error instanceof ClientProblem)) return texts.unexpected;
  return describeProblemView(error.problem);
}

/** By the names of WebAuthn: a device that knows the person already, or an address that passkeys are not for. */
function describePasskeyFault({ reason }: PasskeyFault): string {
  if (reason === 'InvalidStateError') return texts.passkeyKnown;
  return reason === 'SecurityError' ? texts.passkeyAddress : texts.passkeyNotUsed;
}

/** For the few that a view answers in its own way. */
export const isProblem = (error: unknown, code: ProblemCodeView): boolean =>
  error instanceof ClientProblem && error.problem.type === `${problemTypePrefix}${code}`;

/**
 * The same for a problem that is part of a task. The server speaks English. Where its sentence is not known in Chinese,
 * the general one of its code stands for it.
 */
export function describeProblemView(problem: ProblemView): string {
  // A newer server may know more codes than this page.
  const sentences: Readonly<Record<string, Sentence>> = problemTexts;
  const code = problem.type.slice(problemTypePrefix.length);
  if (language.value === 'en') return problem.detail;
  return translate.value(problem.detail) ?? sentences[code]?.['zh-CN'] ?? problem.detail;
}

/** The words beside each field of a form, by the field's name. */
export function fieldProblems(error: unknown): Readonly<Record<string, string>> {
  if (!(error instanceof ClientProblem)) return {};
  return Object.fromEntries(
    (error.problem.errors ?? []).flatMap(({ pointer, message }) => {
      const field = pointer.split('/')[1];
      return field === undefined || field === ''
        ? []
        : [[field, language.value === 'en' ? message : (translate.value(message) ?? texts.fieldRefused)]];
    }),
  );
}

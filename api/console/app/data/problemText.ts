import { problemTypePrefix } from '@star-graph/workflows/shared/problems';
import { ClientProblem, Unreachable } from '../../../client/clientProblem.ts';
import type { ProblemCodeView, ProblemView } from '../../../contract/problems.ts';
import { defineTexts } from '../../../ui/texts/defineTexts.ts';
import { language } from '../../../ui/texts/language.ts';
import { PasskeyFault } from './passkeyFault.ts';
import { translate } from './translate.ts';

/** The server speaks English. Where its sentence is not known in Chinese, the general one of its code stands for it. */
const chinese: Record<ProblemCodeView, string> = {
  'invalid-params': '有些值不可用，请检查标出的项目。',
  unauthenticated: '用户名、密码或代码有误，或登录已过期。',
  'refresh-reused': '出于安全原因，您的登录已结束。请重新登录。',
  'second-factor-needed': '请完成第二步验证。',
  'presence-required': '此操作需要您本人确认：请验证身份后重试。',
  forbidden: '您的账号无权执行此操作。',
  'account-disabled': '您的账号已被停用。请联系管理员。',
  'not-found': '此内容已不存在。',
  'insufficient-credits': '您的积分不足。',
  'credits-locked': '免费获得的积分可立即使用，但需满一定时间后才能赠送。',
  'idempotency-conflict': '此前已用其他参数提交过。请重试。',
  'changed-meanwhile': '其他人刚刚更改了此内容。请重新载入后再试。',
  'task-finished': '任务已结束。',
  'too-large': '文件超出服务器允许的大小。',
  'unsupported-media': '服务器无法读取此类文件。',
  'rate-limited': '请求过于频繁，请稍后重试。',
  'quota-exceeded': '您已达到上限，请等待部分任务结束。',
  'daily-limit': '您今天的额度已用完。新的额度将于 UTC 零点开放。',
  'queue-full': '服务器队列已满，请稍后重试。',
  'no-backend': '目前没有可用的 GPU 服务器，请稍后重试。',
  'workflow-unavailable': '目前无法运行此工作流。',
  'model-unusable': '该模型无法在 GPU 服务器上运行，或与其他模型不匹配。请换一个模型。',
  unavailable: '服务器暂时不可用，请稍后重试。',
  internal: '服务器出错，请重试。若问题持续，请联系管理员。',
  'generation-failed': '生成失败，未扣积分。',
  'out-of-memory': 'GPU 服务器的显存不足，未扣积分。请尝试更小的尺寸或更少的图片。',
  'backend-lost': '与 GPU 服务器的连接已断开，未扣积分。请重试。',
  'timed-out': '处理超时，已停止，未扣积分。',
  'graph-failed': '节点图自身出错，没有重试，此前所用的时间照常扣除积分。请修正后重新发送。',
  'out-of-time':
    '节点图已用完在此可运行的时间，因此被停止，已用的时间照常扣除积分。请精简节点图，或请管理员延长时间。',
  'content-refused': '服务器不生成此类内容。',
};

const texts = defineTexts({
  unreachable: {
    en: 'The server does not answer. Check the connection, then try again.',
    'zh-CN': '服务器没有回应。请检查网络连接后重试。',
  },
  unexpected: {
    en: 'Something went wrong on this page. Reload it and try again.',
    'zh-CN': '此页面出错。请重新载入后再试。',
  },
  passkeyNotUsed: {
    en: 'No passkey was used: that was cancelled or took too long. Try again.',
    'zh-CN': '未使用通行密钥：操作已取消或超时。请重试。',
  },
  passkeyKnown: {
    en: 'This device has a passkey of yours already.',
    'zh-CN': '此设备上已有您的通行密钥。',
  },
  passkeyAddress: {
    en: 'Passkeys do not work at this address. Open the page at the address that the operator gave you.',
    'zh-CN': '通行密钥在当前地址无法使用。请通过管理员提供的地址打开此页面。',
  },
  fieldRefused: { en: 'This value was refused.', 'zh-CN': '此值不可用，请检查。' },
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

/** The same for a problem that is part of a task. */
export function describeProblemView(problem: ProblemView): string {
  // A newer server may know more codes than this page.
  const sentences: Readonly<Record<string, string>> = chinese;
  const code = problem.type.slice(problemTypePrefix.length);
  if (language.value === 'en') return problem.detail;
  return translate.value(problem.detail) ?? sentences[code] ?? problem.detail;
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

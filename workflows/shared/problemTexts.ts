import type { ProblemCode } from './problems.ts';

export interface Sentence {
  en: string;
  'zh-CN': string;
}

/**
 * What happened and what to do, said to a person who did not meet the API itself. Where a door needs other words, as the
 * bot with its commands, it has a table of those alone. Chinese pages fall back to these for sentences of the server
 * that they do not know.
 */
export const problemTexts: Readonly<Record<ProblemCode, Sentence>> = {
  'invalid-params': { en: 'Some of these values cannot be used.', 'zh-CN': '有些值不可用，请检查。' },
  unauthenticated: {
    en: 'The username, password or code is wrong or has expired.',
    'zh-CN': '用户名、密码或代码有误，或登录已过期。',
  },
  'refresh-reused': {
    en: 'Your session was ended for safety. Sign in again.',
    'zh-CN': '出于安全原因，您的登录已结束。请重新登录。',
  },
  'second-factor-needed': { en: 'The second step of the sign-in is missing.', 'zh-CN': '请完成第二步验证。' },
  'presence-required': {
    en: 'This needs you yourself. Open the console of the platform and confirm there that it is you.',
    'zh-CN': '此操作需要您本人确认：请打开平台的控制台，在那里验证身份。',
  },
  forbidden: { en: 'Your account is not allowed to do this.', 'zh-CN': '您的账号无权执行此操作。' },
  'account-disabled': {
    en: 'Your account is blocked. Ask the people who run this server to unblock it.',
    'zh-CN': '您的账号已被封禁。请联系服务器的管理员解除封禁。',
  },
  'not-found': { en: 'The server no longer has this.', 'zh-CN': '此内容已不存在。' },
  'insufficient-credits': { en: 'You do not have enough credits.', 'zh-CN': '您的积分不足。' },
  'credits-locked': {
    en: 'Free credits can be spent right away, but given away only after some time.',
    'zh-CN': '免费获得的积分可立即使用，但需满一定时间后才能赠送。',
  },
  'idempotency-conflict': {
    en: 'This was already sent with other values. Try again.',
    'zh-CN': '此前已用其他参数提交过。请重试。',
  },
  'changed-meanwhile': {
    en: 'Somebody changed this meanwhile. Look at it again.',
    'zh-CN': '期间已有人更改。请重新查看。',
  },
  'task-finished': { en: 'The task has already ended.', 'zh-CN': '任务已结束。' },
  'too-large': { en: 'The file is too large, or the video too long.', 'zh-CN': '文件太大，或视频太长。' },
  'unsupported-media': {
    en: 'The server cannot read this kind of file.',
    'zh-CN': '服务器无法读取此类文件。',
  },
  'rate-limited': {
    en: 'Too many requests. Wait a moment and try again.',
    'zh-CN': '请求过于频繁，请稍后重试。',
  },
  'quota-exceeded': {
    en: 'You have reached one of the server’s limits. Wait until some of your tasks have ended.',
    'zh-CN': '您已达到服务器的上限，请等待部分任务结束。',
  },
  'daily-limit': {
    en: 'You have used up what you may have today. More comes at midnight UTC.',
    'zh-CN': '您今天的额度已用完。新的额度将于 UTC 零点开放。',
  },
  'queue-full': {
    en: 'The server’s queue is full. Try again later.',
    'zh-CN': '服务器队列已满，请稍后重试。',
  },
  'no-backend': {
    en: 'No GPU server can do this right now. Try again later.',
    'zh-CN': '目前没有可用的 GPU 服务器，请稍后重试。',
  },
  'workflow-unavailable': {
    en: 'The server cannot run this workflow right now.',
    'zh-CN': '服务器目前无法运行此工作流。',
  },
  'model-unusable': {
    en: 'This model does not run on the GPU servers, or not together with the others. Nothing was charged. Choose another one.',
    'zh-CN': '该模型无法在 GPU 服务器上运行，或与其他模型不匹配，未扣积分。请换一个模型。',
  },
  unavailable: {
    en: 'The server is not ready right now. Try again in a moment.',
    'zh-CN': '服务器暂时不可用，请稍后重试。',
  },
  internal: {
    en: 'The server failed. Try again. If it keeps failing, tell the people who run it.',
    'zh-CN': '服务器出错，请重试。若问题持续，请联系服务器的管理员。',
  },
  'generation-failed': {
    en: 'The generation failed. Nothing was charged. Change something and try again.',
    'zh-CN': '生成失败，未扣积分。请修改后重试。',
  },
  'out-of-memory': {
    en: 'The GPU servers do not have enough memory for this. Nothing was charged. Try a smaller size, or fewer pictures or frames.',
    'zh-CN': 'GPU 服务器的显存不足，未扣积分。请尝试更小的尺寸，或更少的图片或帧数。',
  },
  'backend-lost': {
    en: 'The connection to the GPU servers was lost. Nothing was charged. Try again.',
    'zh-CN': '与 GPU 服务器的连接已断开，未扣积分。请重试。',
  },
  'timed-out': {
    en: 'It took too long and was stopped. Nothing was charged. Try something smaller.',
    'zh-CN': '处理超时，已停止，未扣积分。请尝试更小的尺寸或更少的数量。',
  },
  'graph-failed': {
    en: 'The graph broke off by itself, and would again. The time until then is paid. Mend it, then send it again.',
    'zh-CN': '节点图自身出错，重试仍会出错，此前所用的时间照常扣除积分。请修正后重新发送。',
  },
  'out-of-time': {
    en: 'The graph ran as long as a graph may run here and was stopped. The time it used is paid. Make it smaller, or ask an administrator for more seconds.',
    'zh-CN':
      '节点图已用完在此可运行的时间，因此被停止，已用的时间照常扣除积分。请精简节点图，或请管理员延长时间。',
  },
  'content-refused': {
    en: 'The words, the picture or the result broke the content rules. Change what you ask for, or ask a moderator.',
    'zh-CN': '文字、图片或结果违反内容规则。请修改请求，或询问版主。',
  },
};

import type { Messages } from '../en/en.ts';

/** 各种问题的说明。 */
export const problemsZhCN: Messages['problem'] = {
  'invalid-params': '有些值无法使用。',
  unauthenticated: '机器人未登录图片服务。请告知机器人的管理人员。',
  'refresh-reused': '机器人未登录图片服务。请告知机器人的管理人员。',
  'second-factor-needed': '机器人未登录图片服务。请告知机器人的管理人员。',
  'presence-required': '此操作需要您本人确认：请打开平台的控制台，在那里验证身份。',
  forbidden: '您无权这样做。若应有此权限，请询问机器人的管理人员。',
  'account-disabled':
    '您已在 Star-Graph 平台被封禁，在所有服务器中均不能使用。若有误，请联系机器人的管理人员解除封禁。',
  'not-found': '在您的任务和图片中找不到它。',
  'insufficient-credits': '您的积分不足。可用 /每日 每天领取，他人也可用 /赠送 向您赠送。',
  'credits-locked': '免费获得的积分可立即使用，但须过一段时间才能赠送。/余额 可查看现在可赠送的积分。',
  'idempotency-conflict': '您之前已用其他值提交过。请重试。',
  'changed-meanwhile': '期间已有人更改。请重新查看。',
  'task-finished': '任务已经结束。',
  'too-large': '文件太大，或视频太长。',
  'unsupported-media':
    '无法使用此文件：文件已损坏，或格式不支持。请附上 PNG、JPEG 或 WebP 图片，或 MP4、WebM 视频。',
  'rate-limited': '操作过于频繁。',
  'quota-exceeded': '您未完成的任务过多。请等待其中一个完成，或取消一个。',
  'daily-limit': '您今天的额度已用完。新的额度将于 UTC 零点开放。',
  'queue-full': '队列已满。',
  'no-backend': '目前没有 GPU 服务器能处理。',
  'workflow-unavailable': '此工作流目前不可用。',
  'model-unusable': '此模型无法在 GPU 服务器上运行，或与您选择的其他模型不匹配。积分已退回；请换一个模型。',
  unavailable: '图片服务目前不可用。',
  internal: '我们这边出了问题。请重试；若持续出现，请告知机器人的管理人员。',
  'generation-failed': '未能生成。积分已退回；请修改后重试。',
  'out-of-memory': 'GPU 服务器的显存不足。积分已退回；请尝试更小的尺寸，或更少的图片或帧数。',
  'backend-lost': 'GPU 服务器多次出错。积分已退回；请重试。',
  'timed-out': '耗时过长。积分已退回；请尝试更小的尺寸或更少的数量。',
  'graph-failed': '节点图自身出错，重试仍会出错。此前所用的时间照常扣除积分；请修正后重新发送。',
  'out-of-time':
    '节点图已用完在此可运行的时间，因此被停止。已用的时间照常扣除积分；请精简节点图，或请机器人的管理人员延长时间。',
  'content-refused': '图片或结果违反内容规则。积分已退回。',
};

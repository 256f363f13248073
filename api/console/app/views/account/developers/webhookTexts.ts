import { defineTexts } from '@star-graph/ui/texts/defineTexts';

export const texts = defineTexts({
  title: { en: 'Webhooks', 'zh-CN': 'Webhook' },
  intro: {
    en: 'Sends signed messages about your tasks to your own address, so a program can act on them.',
    'zh-CN': '平台会把您的任务动态连同签名发送到您指定的地址，供程序处理。',
  },
  add: { en: 'Add a webhook', 'zh-CN': '添加 Webhook' },
  address: { en: 'Address', 'zh-CN': '地址' },
  addressHint: {
    en: 'A public http or https address.',
    'zh-CN': '公网上的 http 或 https 地址。',
  },
  events: { en: 'Events', 'zh-CN': '事件' },
  secret: { en: 'Webhook secret', 'zh-CN': 'Webhook 密钥' },
  secretHint: {
    en: 'Shown only once. Your program uses it to verify that messages come from here.',
    'zh-CN': '仅显示这一次。您的程序用它确认消息来自本平台。',
  },
  done: { en: 'Done', 'zh-CN': '完成' },
  made: { en: 'Made', 'zh-CN': '创建于' },
  state: { en: 'State', 'zh-CN': '状态' },
  active: { en: 'Active', 'zh-CN': '正常' },
  resting: { en: 'Failing', 'zh-CN': '失败中' },
  stopped: { en: 'Stopped', 'zh-CN': '已停止' },
  restingHint: {
    en: 'Recent attempts failed. Next attempt:',
    'zh-CN': '最近几次发送失败。下次尝试：',
  },
  stoppedHint: {
    en: 'The address is gone or failed for five days. Send a test: if it arrives, the webhook starts again.',
    'zh-CN': '该地址已失效，或连续五天失败。发送测试消息并成功送达后即可恢复。',
  },
  test: { en: 'Send a test', 'zh-CN': '发送测试' },
  taken: {
    en: (status: number, milliseconds: number) => `Test delivered: ${status} after ${milliseconds} ms`,
    'zh-CN': (status: number, milliseconds: number) => `测试消息已送达：${milliseconds} 毫秒后返回 ${status}`,
  },
  refused: {
    en: (status: number) => `The address answered the test with ${status}. It should answer 200.`,
    'zh-CN': (status: number) => `该地址对测试消息返回 ${status}，应返回 200。`,
  },
  unanswered: {
    en: 'The address didn’t answer the test. Check that it’s correct and reachable from the internet.',
    'zh-CN': '该地址没有回应测试消息。请检查地址是否正确，并能从公网访问。',
  },
  deliveries: { en: 'Deliveries', 'zh-CN': '发送记录' },
  deliveriesWords: {
    en: 'Sent and pending messages of the last week.',
    'zh-CN': '已发送与待发送的消息，保留一周。',
  },
  renew: { en: 'New secret', 'zh-CN': '更换密钥' },
  renewTitle: { en: 'Create a new secret?', 'zh-CN': '更换密钥？' },
  renewWords: {
    en: 'The old secret keeps working for 24 hours, so your program can switch over.',
    'zh-CN': '旧密钥在 24 小时内仍然有效，方便您的程序切换。',
  },
  remove: { en: 'Delete', 'zh-CN': '删除' },
  removeTitle: { en: 'Delete this webhook?', 'zh-CN': '删除此 Webhook？' },
  removeWords: {
    en: 'Nothing more is sent there, and pending messages are discarded. This can’t be undone.',
    'zh-CN': '不再向该地址发送，待发送的消息也会丢弃，且无法恢复。',
  },
  empty: { en: 'No webhooks yet', 'zh-CN': '还没有 Webhook' },

  event: { en: 'Event', 'zh-CN': '事件' },
  answer: { en: 'Answer', 'zh-CN': '回应' },
  noAnswer: { en: 'No answer', 'zh-CN': '无回应' },
  untried: { en: 'Not sent yet', 'zh-CN': '尚未尝试' },
  tries: { en: 'Attempts', 'zh-CN': '次数' },
  when: { en: 'Last attempt', 'zh-CN': '最近尝试' },
  next: { en: 'next:', 'zh-CN': '下次：' },
  waiting: { en: 'Waiting', 'zh-CN': '等待中' },
  delivered: { en: 'Delivered', 'zh-CN': '已送达' },
  failed: { en: 'Failed', 'zh-CN': '失败' },
  again: { en: 'Resend', 'zh-CN': '重新发送' },
  allAgain: { en: 'Resend all failed', 'zh-CN': '全部重新发送' },
  sentAgain: {
    en: (count: number) => (count === 1 ? 'Resending 1' : `Resending ${count}`),
    'zh-CN': (count: number) => `正在重新发送 ${count} 条`,
  },
  noDeliveries: { en: 'Nothing sent yet', 'zh-CN': '尚未发送过消息' },
});

export const eventTexts = defineTexts({
  task_created: { en: 'Task created', 'zh-CN': '任务已创建' },
  task_queued: { en: 'Task queued', 'zh-CN': '任务排队中' },
  task_started: { en: 'Task started', 'zh-CN': '任务已开始' },
  task_completed: { en: 'Task done', 'zh-CN': '任务已完成' },
  task_failed: { en: 'Task failed', 'zh-CN': '任务失败' },
  task_cancelled: { en: 'Task cancelled', 'zh-CN': '任务已取消' },
});

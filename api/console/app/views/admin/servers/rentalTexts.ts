import { defineTexts } from '@star-graph/ui/texts/defineTexts';

export const rentalTexts = defineTexts({
  title: { en: 'Rented by the hour', 'zh-CN': '按小时租用' },
  'nothing-waits': {
    en: 'Nothing is waiting, so no machine is started.',
    'zh-CN': '没有任务在等待，因此不会租用。',
  },
  enough: {
    en: 'There are enough machines: what’s waiting isn’t worth starting another.',
    'zh-CN': '数量已够：等待的任务不值得再启动一台。',
  },
  starting: { en: 'Work is waiting, so more were ordered.', 'zh-CN': '有任务在等待，已下单租用。' },
  most: {
    en: 'Work is waiting, but the rental limit is reached.',
    'zh-CN': '有任务在等待，但已达同时租用的上限。',
  },
  budget: { en: 'Today’s budget doesn’t allow another.', 'zh-CN': '今天的预算不够再租一台。' },
  'no-offer': {
    en: 'Work is waiting, but the provider has no machine.',
    'zh-CN': '有任务在等待，但供应商没有可用的机器。',
  },
  resting: {
    en: 'The last machines completed no tasks, so the next one waits a while.',
    'zh-CN': '最近租用的机器没有完成任何任务，稍后再试。',
  },
  paused: { en: 'The queue is paused, so no machine is started.', 'zh-CN': '队列已暂停，因此不会租用。' },
  'provider-away': {
    en: 'The provider isn’t responding. Nothing is started or ended.',
    'zh-CN': '供应商没有应答，不会租用也不会归还。',
  },
  spent: { en: 'Spent today', 'zh-CN': '今日花费' },
  spentOf: {
    en: (spent: string, budget: string) => `${spent} of ${budget}`,
    'zh-CN': (spent: string, budget: string) => `${spent}，预算 ${budget}`,
  },
  waits: { en: 'Waiting work', 'zh-CN': '等待的工作量' },
  nothing: { en: 'None', 'zh-CN': '无' },
  oldest: { en: 'Longest wait', 'zh-CN': '最长等待' },
  worth: { en: 'Worth', 'zh-CN': '值得使用' },
  worthOf: {
    en: (worth: number, standing: number) =>
      `${worth === 1 ? '1 server' : `${worth} servers`}; ${standing} of your own`,
    'zh-CN': (worth: number, standing: number) => `${worth} 台服务器，其中自有 ${standing} 台`,
  },
  next: { en: 'Next machine', 'zh-CN': '下一台' },
  anHour: { en: (price: string) => `${price} an hour`, 'zh-CN': (price: string) => `每小时 ${price}` },
  lackOf: {
    en: (tasks: number, time: string) => `${tasks === 1 ? '1 task' : `${tasks} tasks`}, ${time}`,
    'zh-CN': (tasks: number, time: string) => `${tasks} 个任务，${time}`,
  },
  machine: { en: 'Machine', 'zh-CN': '机器' },
  state: { en: 'State', 'zh-CN': '状态' },
  cost: { en: 'Cost', 'zh-CN': '费用' },
  since: { en: 'Ordered', 'zh-CN': '下单时间' },
  tasks: { en: 'Tasks', 'zh-CN': '任务数' },
  wanted: { en: 'Ordered', 'zh-CN': '已下单' },
  serving: { en: 'Working', 'zh-CN': '使用中' },
  draining: { en: 'Finishing', 'zh-CN': '收尾中' },
  stopping: { en: 'Ending', 'zh-CN': '归还中' },
  ended: { en: 'Ended', 'zh-CN': '已归还' },
  ordered: { en: 'Starting', 'zh-CN': '启动中' },
});

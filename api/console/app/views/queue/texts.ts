import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { outcomeTexts } from '@star-graph/workflows/shared/outcomeTexts';

export const texts = defineTexts({
  title: { en: 'Tasks', 'zh-CN': '任务' },
  paused: {
    en: 'The operator has paused the queue. Your tasks will wait and nothing is lost.',
    'zh-CN': '管理员已暂停队列。您的任务会等到队列恢复，不会丢失。',
  },
  filter: { en: 'Show', 'zh-CN': '显示' },
  open: { en: 'In progress', 'zh-CN': '进行中' },
  done: { en: 'Done', 'zh-CN': '已完成' },
  failed: { en: 'Failed', 'zh-CN': '失败' },
  cancelled: { en: 'Cancelled', 'zh-CN': '已取消' },
  emptyTitle: { en: 'No tasks yet', 'zh-CN': '还没有任务' },
  emptyFiltered: { en: 'No matching tasks', 'zh-CN': '没有符合条件的任务' },
  empty: {
    en: 'See what is waiting, what failed and what it cost, wherever you started it.',
    'zh-CN': '无论从哪里发起，排队、失败与费用都可在此查看。',
  },
  create: { en: 'Create a picture', 'zh-CN': '创作图片' },
  failedToLoad: { en: 'Couldn’t load your tasks', 'zh-CN': '任务未能载入' },
  again: { en: 'Try again', 'zh-CN': '重试' },
  cancel: { en: 'Cancel', 'zh-CN': '取消' },
  cancelFor: { en: (cost: string) => `Cancel for ${cost}`, 'zh-CN': (cost: string) => `取消（${cost}）` },
  repeat: { en: 'Use these settings', 'zh-CN': '使用这些设置' },
  retry: { en: 'Try again', 'zh-CN': '重试' },
  notCharged: { en: 'Not charged', 'zh-CN': '未扣积分' },
  cached: { en: 'From an earlier result', 'zh-CN': '沿用先前结果' },
  waited: { en: (time: string) => `Waited ${time}`, 'zh-CN': (time: string) => `等待 ${time}` },
  took: { en: (time: string) => `took ${time}`, 'zh-CN': (time: string) => `用时 ${time}` },
  workingNow: { en: (count: number) => `${count} working`, 'zh-CN': (count: number) => `${count} 个生成中` },
  waitingNow: { en: (count: number) => `${count} waiting`, 'zh-CN': (count: number) => `${count} 个排队中` },
  lastReady: {
    en: (time: string) => `all done in about ${time}`,
    'zh-CN': (time: string) => `约 ${time}后全部完成`,
  },
  reserved: { en: (cost: string) => `${cost} reserved`, 'zh-CN': (cost: string) => `已预留 ${cost}` },
  /** From 1, which is next. */
  place: {
    en: (place: number) => (place <= 1 ? 'Next in line' : `${place - 1} ahead`),
    'zh-CN': (place: number) => (place <= 1 ? '下一个' : `前面还有 ${place - 1} 个`),
  },
  left: { en: (time: string) => `about ${time} left`, 'zh-CN': (time: string) => `约剩 ${time}` },
  step: {
    en: (step: number, steps: number) => `step ${step} of ${steps}`,
    'zh-CN': (step: number, steps: number) => `第 ${step}/${steps} 步`,
  },
  moreWithheld: outcomeTexts.moreWithheld,
  withheld: outcomeTexts.withheld,
  deleted: outcomeTexts.deleted,
  failedPaid: outcomeTexts.failedPaid,
  openResult: { en: 'Open the result', 'zh-CN': '打开结果' },
});

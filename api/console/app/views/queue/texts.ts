import { defineTexts } from '../../../../ui/texts/defineTexts.ts';

export const texts = defineTexts({
  title: { en: 'Tasks', 'zh-CN': '任务' },
  paused: {
    en: 'The queue is paused by the operator. Your tasks wait until it goes on, and none is lost.',
    'zh-CN': '管理员已暂停队列。您的任务会等到队列恢复，不会丢失。',
  },
  filter: { en: 'Show', 'zh-CN': '显示' },
  open: { en: 'In progress', 'zh-CN': '进行中' },
  done: { en: 'Done', 'zh-CN': '已完成' },
  failed: { en: 'Failed', 'zh-CN': '失败' },
  cancelled: { en: 'Cancelled', 'zh-CN': '已取消' },
  emptyTitle: { en: 'No tasks yet', 'zh-CN': '还没有任务' },
  emptyFiltered: { en: 'No tasks like this', 'zh-CN': '没有此类任务' },
  empty: {
    en: 'What you make, here or in Discord or your browser, is listed with its progress.',
    'zh-CN': '您在此处、Discord 或浏览器中创作的内容都会列在这里，并显示进度。',
  },
  create: { en: 'Create a picture', 'zh-CN': '创作图片' },
  failedToLoad: { en: 'The tasks were not loaded', 'zh-CN': '任务未能载入' },
  again: { en: 'Try again', 'zh-CN': '重试' },
  cancel: { en: 'Cancel', 'zh-CN': '取消' },
  cancelFor: { en: (cost: string) => `Cancel for ${cost}`, 'zh-CN': (cost: string) => `取消（${cost}）` },
  repeat: { en: 'Use these settings', 'zh-CN': '使用这些设置' },
  /** From 1, which is next. */
  place: {
    en: (place: number) => (place <= 1 ? 'Next in line' : `${place - 1} before it`),
    'zh-CN': (place: number) => (place <= 1 ? '下一个' : `前面还有 ${place - 1} 个`),
  },
  left: { en: (time: string) => `about ${time} left`, 'zh-CN': (time: string) => `约剩 ${time}` },
  step: {
    en: (step: number, steps: number) => `step ${step} of ${steps}`,
    'zh-CN': (step: number, steps: number) => `第 ${step}/${steps} 步`,
  },
  free: { en: 'free', 'zh-CN': '免费' },
  withheld: {
    en: (count: number) => (count === 1 ? '1 result is withheld' : `${count} results are withheld`),
    'zh-CN': (count: number) => `${count} 个结果已被暂扣`,
  },
  details: { en: 'Details', 'zh-CN': '详情' },
  openResult: { en: 'Open the result', 'zh-CN': '打开结果' },
});

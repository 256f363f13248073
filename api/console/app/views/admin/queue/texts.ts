import type { PlanReasonView } from '@star-graph/contract/admin/queue';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { formatNumber } from '@star-graph/ui/texts/formats';
import { language } from '@star-graph/ui/texts/language';

export const texts = defineTexts({
  title: { en: 'Queue', 'zh-CN': '队列' },
  intro: {
    en: 'Who’s next, where and why, as planned a few seconds ago',
    'zh-CN': '几秒前的计划：下一个是谁、在哪里运行、原因是什么',
  },
  waiting: { en: 'Waiting', 'zh-CN': '排队中' },
  working: { en: 'On servers', 'zh-CN': '在服务器上' },
  shares: { en: 'GPU time', 'zh-CN': 'GPU 用时' },
  nothingWaits: { en: 'Nothing is waiting', 'zh-CN': '没有排队的任务' },
  nothingWaitsWords: {
    en: 'Tasks appear here when all GPU servers are busy or the queue is paused.',
    'zh-CN': '当所有 GPU 服务器都在工作，或队列已暂停时，任务会显示在这里。',
  },
  unplanned: {
    en: 'Tasks are waiting, but no dispatcher is running',
    'zh-CN': '有任务在等待，但没有调度器运行',
  },
  unplannedWords: {
    en: 'No dispatcher has reported for ten seconds. Check that one is running.',
    'zh-CN': '调度器已有十秒没有响应。请检查它是否在运行。',
  },
  nothingWorks: { en: 'No GPU server is busy', 'zh-CN': '没有 GPU 服务器在工作' },
  nobody: { en: 'No recent activity', 'zh-CN': '近期没有活动' },
  paused: {
    en: 'The queue is paused. New tasks are accepted but not sent to GPU servers.',
    'zh-CN': '队列已暂停：仍接受任务，但不会分配给 GPU 服务器。',
  },
  pause: { en: 'Pause the queue', 'zh-CN': '暂停队列' },
  resume: { en: 'Resume the queue', 'zh-CN': '恢复队列' },
  search: { en: 'Person, workflow, server or task ID', 'zh-CN': '用户、工作流、服务器或任务 ID' },
  clear: { en: 'Show all', 'zh-CN': '显示全部' },
  noneSo: { en: 'No matching tasks', 'zh-CN': '没有符合条件的任务' },
  more: {
    en: (count: number) =>
      `${formatNumber(count)} more waiting. Search covers the next 500 and finds any task by its ID.`,
    'zh-CN': (count: number) =>
      `另有 ${formatNumber(count)} 个任务在排队。搜索会查找接下来的 500 个，任务 ID 可查到任何任务。`,
  },
  found: { en: 'The task with this ID', 'zh-CN': '此 ID 的任务' },
  attempts: { en: 'Attempts', 'zh-CN': '尝试' },
  attempt: { en: (count: number) => `Attempt ${count}`, 'zh-CN': (count: number) => `第 ${count} 次` },
  problem: { en: 'Problem', 'zh-CN': '问题' },
  ended: { en: 'Ended', 'zh-CN': '结束时间' },
  cost: { en: 'Price', 'zh-CN': '价格' },
  task: { en: 'Task', 'zh-CN': '任务' },
  person: { en: 'Person', 'zh-CN': '用户' },
  where: { en: 'Where', 'zh-CN': '服务器' },
  why: { en: 'Why', 'zh-CN': '原因' },
  state: { en: 'State', 'zh-CN': '状态' },
  eta: { en: 'Result in', 'zh-CN': '预计出图' },
  since: { en: 'Since', 'zh-CN': '提交时间' },
  movedAt: { en: 'Moved to the front', 'zh-CN': '移到最前的时间' },
  toFront: { en: 'Move to the front', 'zh-CN': '移到最前' },
  toLine: { en: 'Move back', 'zh-CN': '回到原位' },
  movedToFront: { en: 'Moved to the front', 'zh-CN': '已移到最前' },
  movedToLine: { en: 'Moved back', 'zh-CN': '已回到原位' },
  requeue: { en: 'Put back into the queue', 'zh-CN': '放回队列' },
  requeueHint: {
    en: 'It stops on its GPU server and moves to another one if possible, at no extra cost.',
    'zh-CN': '任务会在当前服务器上停止，并尽可能换到另一台。不会额外扣积分。',
  },
  requeued: { en: 'Back in the queue within seconds', 'zh-CN': '几秒内会放回队列' },
  cancel: { en: 'Cancel the task', 'zh-CN': '取消任务' },
  cancelTitle: { en: 'Cancel this person’s task?', 'zh-CN': '取消他人的任务？' },
  cancelWords: {
    en: 'This can’t be undone. The credits held for it are returned.',
    'zh-CN': '此操作无法撤销。为其预留的积分会退回。',
  },
  cancelled: { en: 'Task cancelled', 'zh-CN': '任务已取消' },
  undo: { en: 'Undo', 'zh-CN': '撤销' },
  weight: { en: 'Share', 'zh-CN': '权重' },
  queued: { en: 'Waiting', 'zh-CN': '排队' },
  ahead: { en: 'Ahead by', 'zh-CN': '领先' },
  turn: { en: 'Turn', 'zh-CN': '顺序' },
  comesFirst: { en: 'Comes first', 'zh-CN': '优先' },
  heldBack: { en: 'At the limit', 'zh-CN': '已达上限' },
});

const chineseReasons: Record<PlanReasonView['code'], string> = {
  'moved-to-front': '管理员已将其移到最前。',
  'waited-too-long': '等待时间过长，优先处理。',
  'models-loaded': '该服务器已载入所需的模型。',
  'models-wanted': '其他等待的任务也需要这些模型。',
  'others-decline': '其他服务器无法运行此任务。',
  'done-soonest': '在该服务器上最快完成。',
};

/** In English the server has the words, with the names of models in them. */
export const explainReason = ({ code, sentence }: PlanReasonView): string =>
  language.value === 'zh-CN' ? chineseReasons[code] : sentence;

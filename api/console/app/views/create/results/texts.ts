import { defineTexts } from '../../../../../ui/texts/defineTexts.ts';

export const texts = defineTexts({
  sending: { en: 'Sending', 'zh-CN': '正在提交' },
  unanswered: {
    en: 'No answer came. Trying again makes no second one.',
    'zh-CN': '没有收到回应。重试不会重复生成。',
  },
  tryAgain: { en: 'Try again', 'zh-CN': '重试' },
  putAway: { en: 'Put away', 'zh-CN': '移除' },
  waiting: { en: 'Waiting', 'zh-CN': '排队中' },
  working: { en: 'Working', 'zh-CN': '生成中' },
  place: { en: (place: number) => `Place ${place}`, 'zh-CN': (place: number) => `第 ${place} 位` },
  left: { en: (time: string) => `${time} left`, 'zh-CN': (time: string) => `还需 ${time}` },
  cancel: { en: 'Cancel', 'zh-CN': '取消' },
  cancelCosts: {
    en: (credits: string) => `Cancel: costs ${credits}`,
    'zh-CN': (credits: string) => `取消（消耗 ${credits}）`,
  },
  failed: { en: 'Failed', 'zh-CN': '生成失败' },
  cancelled: { en: 'Cancelled', 'zh-CN': '已取消' },
  cancelledFor: {
    en: (credits: string) => `Cancelled for ${credits}`,
    'zh-CN': (credits: string) => `已取消，消耗 ${credits}`,
  },
  withheld: { en: 'The result is withheld', 'zh-CN': '结果已被扣留' },
  withheldHint: {
    en: 'It may break the rules of this server. A moderator looks at it.',
    'zh-CN': '它可能违反此服务器的规则，正在等待审核。',
  },
  gone: { en: 'The result was deleted', 'zh-CN': '结果已删除' },
  again: { en: 'Again', 'zh-CN': '再来一次' },
  change: { en: 'Change it', 'zh-CN': '修改' },
  varySubtle: { en: 'Vary a\u00a0little', 'zh-CN': '微调' },
  varyStrong: { en: 'Vary a\u00a0lot', 'zh-CN': '大改' },
  redraw: { en: 'Redraw a\u00a0part', 'zh-CN': '局部重绘' },
  paintAgain: { en: 'Edit mask', 'zh-CN': '修改蒙版' },
  stopPainting: { en: 'Stop painting', 'zh-CN': '结束涂抹' },
  upscale: { en: 'Enlarge 2×', 'zh-CN': '放大 2 倍' },
  zoomOut: { en: 'Zoom out', 'zh-CN': '扩展画面' },
  pan: { en: 'Pan', 'zh-CN': '平移' },
  panLeft: { en: 'To the left', 'zh-CN': '向左' },
  panRight: { en: 'To the right', 'zh-CN': '向右' },
  panUp: { en: 'Up', 'zh-CN': '向上' },
  panDown: { en: 'Down', 'zh-CN': '向下' },
  noAnswer: { en: 'No answer', 'zh-CN': '没有收到回应' },
  priced: {
    en: (what: string, price: number) => `${what} · ${price} ★`,
    'zh-CN': (what: string, price: number) => `${what} · ${price} ★`,
  },
  animate: { en: 'Animate', 'zh-CN': '动起来' },
  compare: { en: 'Compare', 'zh-CN': '对比' },
  originalGone: { en: 'The original was deleted.', 'zh-CN': '原图已删除。' },
  save: { en: 'Save', 'zh-CN': '保存' },
  keep: { en: 'Add to favourites', 'zh-CN': '加入收藏' },
  more: { en: 'More', 'zh-CN': '更多' },
  tools: { en: 'What to do with it', 'zh-CN': '操作' },
  recall: { en: 'Recall', 'zh-CN': '沿用' },
  recallAll: { en: 'All settings', 'zh-CN': '全部设置' },
  recallPrompt: { en: 'Prompt', 'zh-CN': '提示词' },
  recallSeed: { en: 'Seed', 'zh-CN': '种子' },
  previous: { en: 'Previous', 'zh-CN': '上一张' },
  next: { en: 'Next', 'zh-CN': '下一张' },
  stage: { en: 'Picture', 'zh-CN': '画面' },
  pictureOf: {
    en: (at: number, all: number, what: string) => `${at} of ${all}: ${what}`,
    'zh-CN': (at: number, all: number, what: string) => `第 ${at} 张（共 ${all} 张）：${what}`,
  },
  /** It opens a form first. */
  opens: { en: (title: string) => `${title}…`, 'zh-CN': (title: string) => `${title}…` },
  open: { en: 'Open in the gallery', 'zh-CN': '在图库中打开' },
  usedIn: { en: 'The picture is in the form.', 'zh-CN': '图片已填入。' },
  emptyTitle: { en: 'Your pictures will appear here', 'zh-CN': '您的作品会显示在这里' },
  emptyHint: {
    en: 'Describe a picture and press Create. Or begin with one of these:',
    'zh-CN': '描述一个画面，然后点击“生成”。也可以从这些开始：',
  },
  failedList: { en: 'Your pictures could not be loaded', 'zh-CN': '无法载入您的作品' },
  showMore: { en: 'Show more', 'zh-CN': '显示更多' },
  result: { en: 'Result', 'zh-CN': '作品' },
});

/** To begin with, where nothing is there yet. */
export const examples = defineTexts({
  first: {
    en: 'A lighthouse at dawn, waves on the rocks, soft mist',
    'zh-CN': '黎明时分的灯塔，海浪拍打礁石，薄雾弥漫',
  },
  second: {
    en: 'A night train crossing a snowy bridge under the stars',
    'zh-CN': '星空下驶过雪中大桥的夜行列车',
  },
  third: {
    en: 'A quiet street after the rain, lanterns reflected in puddles',
    'zh-CN': '雨后宁静的街道，灯笼倒映在水洼里',
  },
});

import { defineTexts } from '@star-graph/ui/texts/defineTexts';

export const texts = defineTexts({
  grid: { en: 'Grid', 'zh-CN': '网格对比' },
  hint: {
    en: 'Compare settings side by side with one prompt. All pictures share one seed, unless you compare seeds.',
    'zh-CN': '用同一提示词并排比较多种设置。除非比较的就是种子，所有图片使用同一种子。',
  },
  columns: { en: 'Columns', 'zh-CN': '列' },
  rows: { en: 'Rows', 'zh-CN': '行' },
  none: { en: 'None', 'zh-CN': '无' },
  words: { en: 'Words in braces', 'zh-CN': '花括号中的词语' },
  values: { en: 'Values', 'zh-CN': '取值' },
  valuesHint: { en: 'Numbers, separated by commas', 'zh-CN': '用逗号分隔的数值' },
  notNumbers: {
    en: (pieces: string) => `Not numbers: ${pieces}`,
    'zh-CN': (pieces: string) => `这些不是数值：${pieces}`,
  },
  count: {
    en: (count: number) => (count === 1 ? '1 picture' : `${count} pictures`),
    'zh-CN': (count: number) => `${count} 张图片`,
  },
  empty: {
    en: (count: number) =>
      count === 1
        ? '1 place stays empty because its model has no such setting.'
        : `${count} places stay empty because their models have no such setting.`,
    'zh-CN': (count: number) => `${count} 个位置留空：对应的模型没有此设置。`,
  },
  tooMany: {
    en: (most: number) => `A grid has at most ${most} pictures. Leave some values out.`,
    'zh-CN': (most: number) => `网格最多 ${most} 张图片，请减少一些取值。`,
  },
  noneMade: {
    en: 'Fill in the form first: its required fields are empty.',
    'zh-CN': '请先填写设置中的必填项。',
  },
  create: { en: 'Create the grid', 'zh-CN': '生成网格' },
  cancel: { en: 'Cancel', 'zh-CN': '取消' },
  cancelAll: { en: 'Cancel the rest', 'zh-CN': '取消尚未完成的图片' },
  sheet: { en: 'Show the grid', 'zh-CN': '查看网格' },
  save: { en: 'Save as a picture', 'zh-CN': '另存为图片' },
  keep: { en: 'Add to the gallery', 'zh-CN': '加入图库' },
  kept: { en: 'The grid is in your gallery.', 'zh-CN': '网格已加入图库。' },
  unfinished: { en: 'No picture', 'zh-CN': '没有图片' },
  cellOf: {
    en: (labels: string) => `Picture for ${labels}`,
    'zh-CN': (labels: string) => `${labels} 的图片`,
  },
});

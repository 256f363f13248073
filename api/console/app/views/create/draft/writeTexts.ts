import { defineTexts } from '@star-graph/ui/texts/defineTexts';

/** Loaded with what writes, not with Create. */
export const texts = defineTexts({
  undo: { en: 'Undo', 'zh-CN': '撤销' },
  expanded: { en: 'The prompt is fuller now.', 'zh-CN': '提示词已扩写。' },
  expandedMeanwhile: {
    en: 'The fuller prompt is here; yours was changed meanwhile.',
    'zh-CN': '扩写已完成，但您的提示词已有改动。',
  },
  useIt: { en: 'Use it', 'zh-CN': '使用' },
  describing: { en: 'The picture is being put into words.', 'zh-CN': '正在用文字描述图片。' },
  described: { en: 'The words are in the prompt.', 'zh-CN': '描述已填入提示词。' },
  describedAlone: { en: 'This is what it shows.', 'zh-CN': '画面内容如下。' },
  copy: { en: 'Copy', 'zh-CN': '复制' },
  noWords: { en: 'No words came. Try again.', 'zh-CN': '没有得到文字，请重试。' },
});

import { defineTexts } from '@star-graph/ui/texts/defineTexts';

export const texts = defineTexts({
  like: { en: 'Make one like this', 'zh-CN': '做一张类似的' },
  wall: { en: 'What will you make?', 'zh-CN': '想创作什么？' },
  wallHint: {
    en: 'Describe a picture and press Create, or begin with one of these.',
    'zh-CN': '描述一个画面，然后点击“生成”，也可以从下面任选一张开始。',
  },
  filled: {
    en: (title: string) => `${title} is in the form. Press Create.`,
    'zh-CN': (title: string) => `已填入“${title}”，点击“生成”即可。`,
  },
});

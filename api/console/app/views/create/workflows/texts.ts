import { defineTexts } from '@star-graph/ui/texts/defineTexts';

export const texts = defineTexts({
  choose: { en: 'Choose what to make', 'zh-CN': '选择创作方式' },
  change: { en: 'Change', 'zh-CN': '更换' },
  text: { en: 'Picture from words', 'zh-CN': '文字成图' },
  picture: { en: 'Picture from a picture', 'zh-CN': '以图生图' },
  edit: { en: 'Change a part', 'zh-CN': '局部修改' },
  enlarge: { en: 'Enlarge', 'zh-CN': '放大' },
  film: { en: 'Film', 'zh-CN': '影片' },
  other: { en: 'Music, 3D, words', 'zh-CN': '音乐、3D、文字' },
  away: { en: 'Not now', 'zh-CN': '暂不可用' },
  waits: { en: 'Waits for a server', 'zh-CN': '等待服务器' },
  models: {
    en: (count: number) => (count === 1 ? '1 model' : `${count} models`),
    'zh-CN': (count: number) => `${count} 个模型`,
  },
});

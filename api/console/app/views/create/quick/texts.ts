import { defineTexts } from '@star-graph/ui/texts/defineTexts';

export const texts = defineTexts({
  hint: {
    en: 'Small pictures in few steps. Choose the best one, then press Finish below it: it’s enlarged and its details are redrawn.',
    'zh-CN':
      '以较小尺寸和较少步数快速出图。选出最好的一张，再点击其下方的“完成”：图片会被放大，并重新绘制细节。',
  },
  drafts: {
    en: (count: number, size: string) => `${count} drafts of ${size}`,
    'zh-CN': (count: number, size: string) => `${count} 张草图，${size}`,
  },
  finishing: {
    en: (model: string) => `Finishing one, with ${model}`,
    'zh-CN': (model: string) => `完成其中一张，使用 ${model}`,
  },
  whole: {
    en: (count: number) => `${count} whole pictures at once, instead`,
    'zh-CN': (count: number) => `若直接生成 ${count} 张完整图片`,
  },
  make: { en: 'Make drafts', 'zh-CN': '生成草图' },
  incomplete: {
    en: 'Fill in the form first: the drafts are drawn by it.',
    'zh-CN': '请先填写设置：草图将按其生成。',
  },
  cancel: { en: 'Cancel', 'zh-CN': '取消' },
});

import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { formatNumber } from '@star-graph/ui/texts/formats';

const pictures = (count: number) => (count === 1 ? '1 picture' : `${formatNumber(count)} pictures`);

export const texts = defineTexts({
  title: { en: 'Recently deleted', 'zh-CN': '最近删除' },
  help: {
    en: 'You can restore deleted items for a day. After that they’re gone for good.',
    'zh-CN': '删除的内容在一天内可以恢复，之后将永久消失。',
  },
  back: { en: 'Gallery', 'zh-CN': '图库' },
  emptyTitle: { en: 'Nothing to restore', 'zh-CN': '没有可恢复的内容' },
  toGallery: { en: 'Open the gallery', 'zh-CN': '打开图库' },
  failedToLoad: { en: 'Couldn’t load deleted pictures', 'zh-CN': '已删除的图片未能载入' },
  again: { en: 'Try again', 'zh-CN': '重试' },
  list: { en: 'Deleted pictures and videos', 'zh-CN': '已删除的图片与视频' },
  chooseAll: { en: 'Select all', 'zh-CN': '全选' },
  left: {
    en: (time: string) => `${time} left`,
    'zh-CN': (time: string) => `剩余 ${time}`,
  },
  restore: { en: 'Restore', 'zh-CN': '恢复' },
  restored: {
    en: (count: number) => `${pictures(count)} restored`,
    'zh-CN': (count: number) => `已恢复 ${formatNumber(count)} 张图片`,
  },
  notRestored: {
    en: (count: number) => `${pictures(count)} can no longer be restored`,
    'zh-CN': (count: number) => `${formatNumber(count)} 张图片已无法恢复`,
  },
});

import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { formatNumber } from '@star-graph/ui/texts/formats';

const pictures = (count: number) => (count === 1 ? '1 picture' : `${formatNumber(count)} pictures`);

export const texts = defineTexts({
  title: { en: 'Collections', 'zh-CN': '收藏集' },
  back: { en: 'Gallery', 'zh-CN': '图库' },
  all: { en: 'All collections', 'zh-CN': '全部收藏集' },
  add: { en: 'Add to collection', 'zh-CN': '加入收藏集' },
  takeOut: { en: 'Remove from collection', 'zh-CN': '移出收藏集' },
  create: { en: 'New collection', 'zh-CN': '新建收藏集' },
  rename: { en: 'Rename', 'zh-CN': '重命名' },
  delete: { en: 'Delete', 'zh-CN': '删除' },
  more: { en: 'More actions', 'zh-CN': '更多操作' },
  deleteTitle: { en: 'Delete the collection?', 'zh-CN': '删除此收藏集？' },
  deleteHelp: { en: 'Its pictures stay in your gallery.', 'zh-CN': '其中的图片仍保留在图库中。' },
  name: { en: 'Name', 'zh-CN': '名称' },
  save: { en: 'Save', 'zh-CN': '保存' },
  count: {
    en: (count: number) => (count === 0 ? 'Empty' : pictures(count)),
    'zh-CN': (count: number) => (count === 0 ? '空' : `${formatNumber(count)} 张图片`),
  },
  added: {
    en: (name: string) => `Added to “${name}”`,
    'zh-CN': (name: string) => `已加入“${name}”`,
  },
  takenOut: {
    en: (count: number) => (count === 1 ? 'Removed' : `${pictures(count)} removed`),
    'zh-CN': (count: number) => `已移出 ${formatNumber(count)} 张图片`,
  },
  undo: { en: 'Undo', 'zh-CN': '撤销' },
  emptyTitle: { en: 'No collections yet', 'zh-CN': '还没有收藏集' },
  empty: {
    en: 'Select pictures in the gallery to group them in a collection.',
    'zh-CN': '在图库中选择图片，即可加入收藏集。',
  },
  nothingTitle: { en: 'This collection is empty', 'zh-CN': '收藏集为空' },
  toGallery: { en: 'Open the gallery', 'zh-CN': '打开图库' },
  failedToLoad: { en: 'Couldn’t load your collections', 'zh-CN': '收藏集未能载入' },
  again: { en: 'Try again', 'zh-CN': '重试' },
});

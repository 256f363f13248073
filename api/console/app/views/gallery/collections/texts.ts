import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { formatNumber } from '@star-graph/ui/texts/formats';

const pictures = (count: number) => (count === 1 ? '1 picture' : `${formatNumber(count)} pictures`);

export const texts = defineTexts({
  title: { en: 'Collections', 'zh-CN': '收藏集' },
  back: { en: 'Gallery', 'zh-CN': '图库' },
  add: { en: 'Add to collection', 'zh-CN': '加入收藏集' },
  takeOut: { en: 'Remove from collection', 'zh-CN': '移出收藏集' },
  create: { en: 'New collection', 'zh-CN': '新建收藏集' },
  rename: { en: 'Rename', 'zh-CN': '重命名' },
  delete: { en: 'Delete', 'zh-CN': '删除' },
  more: { en: 'More actions', 'zh-CN': '更多操作' },
  deleteTitle: { en: 'Delete the collection?', 'zh-CN': '删除此收藏集？' },
  deleteHelp: {
    en: 'The collections in it are deleted too. All pictures stay in your gallery.',
    'zh-CN': '其中的收藏集也会一并删除，所有图片仍保留在图库中。',
  },
  path: { en: 'Where this collection is', 'zh-CN': '收藏集位置' },
  createInside: { en: 'New collection in this one', 'zh-CN': '在其中新建收藏集' },
  move: { en: 'Move', 'zh-CN': '移动' },
  moveNamed: { en: (name: string) => `Move “${name}”`, 'zh-CN': (name: string) => `移动“${name}”` },
  moveHere: { en: 'Move', 'zh-CN': '移动' },
  place: { en: 'Into', 'zh-CN': '移入' },
  top: { en: 'All collections', 'zh-CN': '全部收藏集' },
  moved: {
    en: (name: string, place: string) => `“${name}” moved into “${place}”`,
    'zh-CN': (name: string, place: string) => `已将“${name}”移入“${place}”`,
  },
  movedOut: {
    en: (name: string) => `“${name}” moved to all collections`,
    'zh-CN': (name: string) => `已将“${name}”移至全部收藏集`,
  },
  notInItself: {
    en: 'A collection can’t go into itself or one that is in it.',
    'zh-CN': '收藏集不能移入自身或其中的收藏集。',
  },
  notSoDeep: {
    en: 'Collections go five deep at most. Choose another place.',
    'zh-CN': '收藏集最多嵌套五层。请选择其他位置。',
  },
  size: { en: 'Size', 'zh-CN': '尺寸' },
  name: { en: 'Name', 'zh-CN': '名称' },
  save: { en: 'Save', 'zh-CN': '保存' },
  content: {
    en: (count: number, inside: number) =>
      [count > 0 && pictures(count), inside > 0 && (inside === 1 ? '1 collection' : `${inside} collections`)]
        .filter(Boolean)
        .join(', ') || 'Empty',
    'zh-CN': (count: number, inside: number) =>
      [count > 0 && `${formatNumber(count)} 张图片`, inside > 0 && `${inside} 个收藏集`]
        .filter(Boolean)
        .join('、') || '空',
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
  nothingTitle: { en: 'No pictures in this collection', 'zh-CN': '此收藏集中没有图片' },
  toGallery: { en: 'Open the gallery', 'zh-CN': '打开图库' },
  failedToLoad: { en: 'Couldn’t load your collections', 'zh-CN': '收藏集未能载入' },
  again: { en: 'Try again', 'zh-CN': '重试' },
});

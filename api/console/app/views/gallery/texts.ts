import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { formatNumber } from '@star-graph/ui/texts/formats';

const pictures = (count: number) => (count === 1 ? '1 picture' : `${formatNumber(count)} pictures`);

export const texts = defineTexts({
  title: { en: 'Gallery', 'zh-CN': '图库' },
  search: { en: 'Search prompts', 'zh-CN': '搜索提示词' },
  clearSearch: { en: 'Clear search', 'zh-CN': '清除搜索' },
  filter: { en: 'Show', 'zh-CN': '显示' },
  image: { en: 'Pictures', 'zh-CN': '图片' },
  video: { en: 'Videos', 'zh-CN': '视频' },
  output: { en: 'Results', 'zh-CN': '生成结果' },
  input: { en: 'Uploads', 'zh-CN': '上传' },
  favourites: { en: 'Favourites', 'zh-CN': '收藏' },
  month: { en: 'Month', 'zh-CN': '月份' },
  goToMonth: { en: 'Jump to a month', 'zh-CN': '前往某个月份' },
  untilMonth: {
    en: (month: string) => `Up to ${month}. Jump to another month`,
    'zh-CN': (month: string) => `截至${month}。前往其他月份`,
  },
  newest: { en: 'Newest', 'zh-CN': '最新' },
  list: { en: 'Pictures and videos', 'zh-CN': '图片与视频' },
  fresh: {
    en: (count: number) => (count === 1 ? 'Show 1 new picture' : `Show ${formatNumber(count)} new pictures`),
    'zh-CN': (count: number) => `显示 ${formatNumber(count)} 张新图片`,
  },
  add: { en: 'Add pictures', 'zh-CN': '添加图片' },
  dropHere: { en: 'Drop to add to your gallery', 'zh-CN': '松开即可添加到图库' },
  selectAll: { en: 'Select all', 'zh-CN': '全选' },
  emptyTitle: { en: 'No pictures yet', 'zh-CN': '还没有图片' },
  empty: {
    en: 'Your pictures will appear here, whether you make them here, in Discord or in your browser.',
    'zh-CN': '您在此处、Discord 或浏览器中创作或上传的内容都会显示在这里。',
  },
  create: { en: 'Create a picture', 'zh-CN': '创作图片' },
  noneTitle: { en: 'No matches', 'zh-CN': '没有符合条件的内容' },
  none: { en: 'Nothing matches your search and filters.', 'zh-CN': '没有图片符合搜索与筛选条件。' },
  showAll: { en: 'Clear filters', 'zh-CN': '清除筛选' },
  failedToLoad: { en: 'Couldn’t load your pictures', 'zh-CN': '图片未能载入' },
  again: { en: 'Try again', 'zh-CN': '重试' },
  untitled: { en: 'Untitled picture', 'zh-CN': '无提示词的图片' },
  upload: { en: 'Upload', 'zh-CN': '上传的图片' },
  select: { en: (name: string) => `Select: ${name}`, 'zh-CN': (name: string) => `选择：${name}` },
  selected: {
    en: (count: number) => `${formatNumber(count)} selected`,
    'zh-CN': (count: number) => `已选择 ${formatNumber(count)} 项`,
  },
  selection: { en: 'Selection', 'zh-CN': '所选内容' },
  clear: { en: 'Clear selection', 'zh-CN': '取消选择' },
  favourite: { en: 'Favourite', 'zh-CN': '收藏' },
  unfavourite: { en: 'Remove from favourites', 'zh-CN': '取消收藏' },
  download: { en: 'Download', 'zh-CN': '下载' },
  delete: { en: 'Delete', 'zh-CN': '删除' },
  compare: { en: 'Compare', 'zh-CN': '对比' },
  deleted: {
    en: (count: number) => (count === 1 ? 'Deleted' : `${pictures(count)} deleted`),
    'zh-CN': (count: number) => (count === 1 ? '已删除' : `已删除 ${formatNumber(count)} 张图片`),
  },
  undo: { en: 'Undo', 'zh-CN': '撤销' },
  notRestored: {
    en: (count: number) => `Couldn’t restore ${pictures(count)}`,
    'zh-CN': (count: number) => `${formatNumber(count)} 张图片无法恢复`,
  },
  notDownloaded: { en: 'Download interrupted', 'zh-CN': '下载中断' },
  packing: { en: 'Preparing the download', 'zh-CN': '正在打包图片' },
  stop: { en: 'Stop', 'zh-CN': '停止' },
  packed: {
    en: (count: number) => `${pictures(count)} saved as ZIP`,
    'zh-CN': (count: number) => `已将 ${formatNumber(count)} 张图片保存为 ZIP`,
  },
});

import type { enStars } from './enStars.ts';

/** 关于收藏的文字，简体中文。 */
export const zhCNStars: typeof enStars = {
  kept: '已加入收藏，在您再次按 ⭐ 之前会一直保存。用 /历史 可查看收藏。',
  dropped: '已取消收藏，到期后将与其他结果一样被删除。',
  tooMany: '您的收藏已达上限。请在已收藏的结果上再按一次 ⭐ 以腾出位置。',
  title: '您的收藏',
  none: '您还没有收藏。在结果下方按 ⭐ 即可收藏。',
  noMore: (page) => `第 ${page} 页没有内容，请选择更小的页码。`,
  page: (page) => `第 ${page} 页`,
};

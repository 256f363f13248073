import type { enGallery, enStars } from '../en/stars.ts';

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

/** 关于精选频道和公开的文字，简体中文。 */
export const zhCNGallery: typeof enGallery = {
  given: '您已点亮一颗星。',
  givenBefore: '您之前已为它点过星。',
  stars: (count) => `它现有 ${count} 颗星。`,
  missing: (count, missing, gallery) => `它现有 ${count} 颗星，再有 ${missing} 颗即可进入 ${gallery}。`,
  due: (count, gallery) => `加上您的，它已有 ${count} 颗星，即将进入 ${gallery}。`,
  notPublic: '此结果已不存在，或从未公开。',
  lacks: (permissions, channel) =>
    `我无法在 ${channel} 发帖，缺少以下权限：${permissions}。请先授予我这些权限，再重新设置频道。`,
  permission: {
    ViewChannel: '查看频道',
    SendMessages: '发送消息',
    EmbedLinks: '嵌入链接',
    AttachFiles: '添加文件',
  },
  notPosted: '未能发布到精选频道',
  why: '原因',
  cannotPost: (channel) =>
    `Discord 不允许我在 ${channel} 发帖。请授予我在该频道的“查看频道”、“发送消息”、“嵌入链接”和“添加文件”权限。我会在一天内每十分钟重试一次。`,
  publishedUnknown: 'Discord 没有告知是否已公开。请查看频道：若没有看到，请再按一次“公开”。',
};

import { defineTexts } from '@star-graph/ui/texts/defineTexts';

export const texts = defineTexts({
  chooseImage: { en: 'Choose a picture', 'zh-CN': '选择图片' },
  chooseVideo: { en: 'Choose a film', 'zh-CN': '选择影片' },
  chooseSound: { en: 'Choose a sound', 'zh-CN': '选择音频' },
  close: { en: 'Close', 'zh-CN': '关闭' },
  more: { en: 'Show more', 'zh-CN': '显示更多' },
  again: { en: 'Try again', 'zh-CN': '重试' },
  failed: { en: 'The gallery could not be loaded', 'zh-CN': '无法载入图库' },
  empty: { en: 'Nothing here yet', 'zh-CN': '暂无内容' },
  emptyHint: {
    en: 'What you make and upload will appear here.',
    'zh-CN': '您生成和上传的内容会显示在此处。',
  },
  useShared: {
    en: (count: number) => (count === 1 ? 'Use this picture?' : `Use these ${count} pictures?`),
    'zh-CN': (count: number) => `要使用这 ${count} 张图片吗？`,
  },
  sharedHint: {
    en: 'Another app, or a page, shared this with Star-Graph.',
    'zh-CN': '由其他应用或网页分享到 Star-Graph。',
  },
  use: { en: 'Use', 'zh-CN': '使用' },
  discard: { en: 'Discard', 'zh-CN': '放弃' },
  kept: {
    en: 'The form has no free place for it. It is in your gallery.',
    'zh-CN': '表单中没有空位，图片已存入您的图库。',
  },
  linkFailed: {
    en: 'The picture could not be fetched from this link. Check the link, or save the picture and upload it.',
    'zh-CN': '无法从此链接获取图片。请检查链接，或保存图片后上传。',
  },
  upload: { en: 'Upload', 'zh-CN': '上传' },
});

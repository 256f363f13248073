import { defineTexts } from '../../../../../ui/texts/defineTexts.ts';

export const texts = defineTexts({
  chooseImage: { en: 'Choose a picture', 'zh-CN': '选择图片' },
  chooseVideo: { en: 'Choose a film', 'zh-CN': '选择影片' },
  close: { en: 'Close', 'zh-CN': '关闭' },
  more: { en: 'Show more', 'zh-CN': '显示更多' },
  again: { en: 'Try again', 'zh-CN': '重试' },
  failed: { en: 'The gallery could not be loaded', 'zh-CN': '无法载入图库' },
  empty: { en: 'Nothing here yet', 'zh-CN': '暂无内容' },
  emptyHint: {
    en: 'What you make and upload will stand here.',
    'zh-CN': '您生成和上传的内容会显示在此处。',
  },
  upload: { en: 'Upload', 'zh-CN': '上传' },
});

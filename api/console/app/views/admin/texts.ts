import { defineTexts } from '@star-graph/ui/texts/defineTexts';

export const texts = defineTexts({
  title: { en: 'Announcements', 'zh-CN': '公告' },
  intro: {
    en: 'Shown to everyone at the top of the console',
    'zh-CN': '所有人在控制台顶部看到的内容',
  },
  add: { en: 'New announcement', 'zh-CN': '发布公告' },
  addWords: {
    en: 'Everyone sees it immediately, in their own language.',
    'zh-CN': '所有人会立即看到自己语言的版本。',
  },
  english: { en: 'In English', 'zh-CN': '英文' },
  chinese: { en: 'In Chinese', 'zh-CN': '中文' },
  until: { en: 'Until', 'zh-CN': '截止时间' },
  untilHint: {
    en: 'Your time zone. Leave empty to show it until you remove it.',
    'zh-CN': '按您所在的时区。留空则一直有效，直到您撤下。',
  },
  announce: { en: 'Publish', 'zh-CN': '发布' },
  announced: { en: 'Announcement published', 'zh-CN': '公告已发布' },
  message: { en: 'Message', 'zh-CN': '内容' },
  since: { en: 'Since', 'zh-CN': '发布时间' },
  ends: { en: 'Ends', 'zh-CN': '截止' },
  never: { en: 'Until removed', 'zh-CN': '直到撤下' },
  over: { en: 'Ended', 'zh-CN': '已结束' },
  withdraw: { en: 'Remove', 'zh-CN': '撤下' },
  withdrawTitle: { en: 'Remove this announcement?', 'zh-CN': '撤下此公告？' },
  empty: { en: 'No announcements', 'zh-CN': '没有公告' },
});

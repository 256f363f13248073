import { defineTexts } from '../../../../ui/texts/defineTexts.ts';

export const texts = defineTexts({
  title: { en: 'Announcements', 'zh-CN': '公告' },
  intro: {
    en: 'What everybody reads at the top of the console',
    'zh-CN': '所有人在控制台顶部看到的内容',
  },
  add: { en: 'Announce something', 'zh-CN': '发布公告' },
  addWords: {
    en: 'Everybody reads it at once, in their own language.',
    'zh-CN': '所有人会立即看到自己语言的版本。',
  },
  english: { en: 'In English', 'zh-CN': '英文' },
  chinese: { en: 'In Chinese', 'zh-CN': '中文' },
  until: { en: 'Until', 'zh-CN': '截止时间' },
  untilHint: {
    en: 'In your own time zone. Empty: until you withdraw it.',
    'zh-CN': '按您所在的时区。留空则一直有效，直到您撤下。',
  },
  announce: { en: 'Announce', 'zh-CN': '发布' },
  announced: { en: 'It is announced', 'zh-CN': '公告已发布' },
  message: { en: 'Message', 'zh-CN': '内容' },
  since: { en: 'Since', 'zh-CN': '发布时间' },
  ends: { en: 'Ends', 'zh-CN': '截止' },
  never: { en: 'When withdrawn', 'zh-CN': '撤下时' },
  over: { en: 'Over', 'zh-CN': '已结束' },
  actions: { en: 'Actions', 'zh-CN': '操作' },
  withdraw: { en: 'Withdraw', 'zh-CN': '撤下' },
  withdrawTitle: { en: 'Withdraw this announcement?', 'zh-CN': '撤下此公告？' },
  empty: { en: 'Nothing is announced', 'zh-CN': '没有公告' },
});

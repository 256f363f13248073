import { defineTexts } from '@star-graph/ui/texts/defineTexts';

export const texts = defineTexts({
  open: { en: 'Edit the film', 'zh-CN': '剪辑视频' },
  strip: { en: 'Film strip', 'zh-CN': '剪辑条' },
  parts: { en: 'Parts of the film', 'zh-CN': '视频片段' },
  part: {
    en: (number: number, seconds: string) => `Part ${number}, ${seconds}`,
    'zh-CN': (number: number, seconds: string) => `片段 ${number}，${seconds}`,
  },
  seconds: { en: (value: string) => `${value} s`, 'zh-CN': (value: string) => `${value} 秒` },
  from: { en: 'Begins at', 'zh-CN': '起点' },
  to: { en: 'Ends at', 'zh-CN': '终点' },
  speed: { en: 'Speed', 'zh-CN': '速度' },
  split: { en: 'Split here', 'zh-CN': '在此处分割' },
  remove: { en: 'Remove this part', 'zh-CN': '删除此片段' },
  earlier: { en: 'Move earlier', 'zh-CN': '前移' },
  later: { en: 'Move later', 'zh-CN': '后移' },
  double: { en: 'Duplicate this part', 'zh-CN': '复制此片段' },
  add: { en: 'Add a film', 'zh-CN': '添加视频' },
  addHint: { en: 'Your newest films', 'zh-CN': '您最近的视频' },
  addNone: { en: 'You have no other films yet.', 'zh-CN': '还没有其他视频。' },
  addFilm: {
    en: (number: number) => `Add film ${number}`,
    'zh-CN': (number: number) => `添加第 ${number} 个视频`,
  },
  repeats: { en: 'Play it', 'zh-CN': '播放次数' },
  times: {
    en: (count: number) => (count === 1 ? 'once' : `${count} times`),
    'zh-CN': (count: number) => `${count} 次`,
  },
  sound: { en: 'Sound', 'zh-CN': '声音' },
  format: { en: 'Save as', 'zh-CN': '保存为' },
  make: { en: 'Make the film', 'zh-CN': '生成视频' },
  total: { en: (seconds: string) => `${seconds} in all`, 'zh-CN': (seconds: string) => `共 ${seconds}` },
  still: { en: 'This frame', 'zh-CN': '当前画面' },
  ends: { en: 'First and last frame', 'zh-CN': '首帧和末帧' },
  extend: { en: 'Extend', 'zh-CN': '延长' },
  extendHint: {
    en: 'Makes a picture of the last frame, and opens the form that sets it in motion. Join the two films here afterwards.',
    'zh-CN': '截取末帧并打开图生视频表单。完成后可在此处拼接两段视频。',
  },
  working: { en: 'Working', 'zh-CN': '处理中' },
  openResult: {
    en: (number: number) => `Open result ${number}`,
    'zh-CN': (number: number) => `打开结果 ${number}`,
  },
  done: { en: 'Done. It is in your gallery.', 'zh-CN': '已完成，已存入图库。' },
});

import { defineTexts } from '@star-graph/ui/texts/defineTexts';

export const texts = defineTexts({
  title: { en: 'Export your data', 'zh-CN': '导出您的数据' },
  words: {
    en: 'All your data, pictures and videos as ZIP files: first the data, then the files in parts of up to 500 MB. Your browser may ask for permission to save several files.',
    'zh-CN':
      '包含平台保存的您的全部数据、图片与视频，以 ZIP 文件提供：先是数据，然后是每份不超过 500 MB 的文件。浏览器可能会询问是否允许保存多个文件。',
  },
  start: { en: 'Export', 'zh-CN': '导出' },
  goOn: { en: 'Continue', 'zh-CN': '继续' },
  stop: { en: 'Stop', 'zh-CN': '停止' },
  running: {
    en: (part: number, size: string) => `Downloading part ${part}: ${size} so far`,
    'zh-CN': (part: number, size: string) => `正在下载第 ${part} 份：已接收 ${size}`,
  },
  stopped: {
    en: (part: number) => `Stopped before part ${part}. Continue from there, or start again later.`,
    'zh-CN': (part: number) => `在第 ${part} 份之前停止。可以继续，或稍后重新导出。`,
  },
  done: {
    en: (parts: number) => (parts === 1 ? 'Saved: 1 file' : `Saved: ${parts} files`),
    'zh-CN': (parts: number) => `已保存 ${parts} 个文件`,
  },
});

import { defineTexts } from '@star-graph/ui/texts/defineTexts';

export const texts = defineTexts({
  create: { en: 'Create', 'zh-CN': '生成' },
  next: { en: 'Starts at once', 'zh-CN': '立即开始' },
  place: {
    en: (place: number) => `Place ${place} in the queue`,
    'zh-CN': (place: number) => `排在第 ${place} 位`,
  },
  about: { en: (time: string) => `about ${time}`, 'zh-CN': (time: string) => `约 ${time}` },
  waits: {
    en: 'It waits until a GPU server is back.',
    'zh-CN': '将等待 GPU 服务器恢复。',
  },
  paused: {
    en: 'It waits: the operator has paused the queue.',
    'zh-CN': '将等待：管理员已暂停队列。',
  },
  sentLater: {
    en: 'Sent as soon as the picture is uploaded.',
    'zh-CN': '图片上传完成后立即发送。',
  },
  priceComes: { en: 'Working out the price…', 'zh-CN': '正在计算价格…' },
  sharedPays: { en: 'Your server’s shared credits pay', 'zh-CN': '由服务器的共享积分支付' },
  tooFew: {
    en: (credits: string) => `You have ${credits}. It needs more.`,
    'zh-CN': (credits: string) => `您有 ${credits}，不足以支付。`,
  },
  getCredits: { en: 'Credits', 'zh-CN': '查看积分' },
});

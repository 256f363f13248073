import type { ProblemCode } from '@star-graph/workflows/shared/problems';
import { problemTexts, type Sentence } from '@star-graph/workflows/shared/problemTexts';

const notSignedIn: Sentence = {
  en: 'The bot is not signed in to the picture service. Tell the people who run this bot.',
  'zh-CN': '机器人未登录图片服务。请告知机器人的管理人员。',
};

/** Short, for it stands behind a price in a form of Discord's. */
export const wayToCredits: Sentence = {
  en: 'Get more with /daily, or as a /gift.',
  'zh-CN': '可用 /每日 领取，也可由他人 /赠送。',
};

/** What Discord calls for other words for: the bot's commands, its people, and a time to wait that it says itself. */
const ownWords: Partial<Record<ProblemCode, Sentence>> = {
  unauthenticated: notSignedIn,
  'refresh-reused': notSignedIn,
  'second-factor-needed': notSignedIn,
  forbidden: {
    en: 'You are not allowed to do this. Ask the people who run this bot if you should be.',
    'zh-CN': '您无权这样做。若应有此权限，请询问机器人的管理人员。',
  },
  'account-disabled': {
    en: 'You are blocked on Star-Graph, in every server. If this is a mistake, ask the people who run this bot to unblock you.',
    'zh-CN':
      '您已在 Star-Graph 平台被封禁，在所有服务器中均不能使用。若有误，请联系机器人的管理人员解除封禁。',
  },
  'not-found': {
    en: 'I cannot find that among your tasks and pictures.',
    'zh-CN': '在您的任务和图片中找不到它。',
  },
  'insufficient-credits': {
    en: `You do not have enough credits. ${wayToCredits.en}`,
    'zh-CN': `您的积分不足。${wayToCredits['zh-CN']}`,
  },
  'credits-locked': {
    en: 'You can spend free credits right away, but give them away only after a while. /balance shows how many you can give now.',
    'zh-CN': '免费获得的积分可立即使用，但须过一段时间才能赠送。/余额 可查看现在可赠送的积分。',
  },
  'unsupported-media': {
    en: 'This file cannot be used: it is damaged, or of another kind. Attach a PNG, JPEG or WebP picture, or an MP4 or WebM video.',
    'zh-CN': '无法使用此文件：文件已损坏，或格式不支持。请附上 PNG、JPEG 或 WebP 图片，或 MP4、WebM 视频。',
  },
  'rate-limited': { en: 'You are going too fast.', 'zh-CN': '操作过于频繁。' },
  'queue-full': { en: 'The queue is full.', 'zh-CN': '队列已满。' },
  'no-backend': { en: 'No GPU server can do this right now.', 'zh-CN': '目前没有 GPU 服务器能处理。' },
  unavailable: { en: 'The picture service is not available right now.', 'zh-CN': '图片服务目前不可用。' },
};

/** A sentence for each problem of the API. */
export const problemsIn = (language: keyof Sentence): Record<ProblemCode, string> => {
  const sentences = Object.entries({ ...problemTexts, ...ownWords });
  return Object.fromEntries(sentences.map(([code, sentence]) => [code, sentence[language]])) as Record<
    ProblemCode,
    string
  >;
};

import { EmptyState, ErrorState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { describeProblem } from '../data/problemText.ts';
import { entry } from './inDiscord.ts';

const texts = defineTexts({
  entering: { en: 'Discord is letting you in', 'zh-CN': '正在通过 Discord 登录' },
  enteringHint: {
    en: 'If Discord asks, allow Star-Graph to know who you are.',
    'zh-CN': '如果 Discord 询问，请允许 Star-Graph 知道您是谁。',
  },
  closed: { en: 'You’re not signed in', 'zh-CN': '您尚未登录' },
  declined: {
    en: 'Star-Graph has to know who you are, so that what you make is yours. It learns nothing else.',
    'zh-CN': 'Star-Graph 需要知道您是谁，这样作品才属于您。除此之外不会获取任何信息。',
  },
  silent: {
    en: 'Discord doesn’t answer. Close the Activity and open it again.',
    'zh-CN': 'Discord 没有响应。请关闭此活动后重新打开。',
  },
  again: { en: 'Try again', 'zh-CN': '重试' },
  ended: { en: 'Your session has ended.', 'zh-CN': '您的会话已结束。' },
});

const again = () => void import('./enter.ts').then(({ enter }) => enter());

/** In place of the sign-in, which Discord does here. */
export function ActivityGate() {
  const now = entry.value;
  if (now === 'entering') return <EmptyState title={texts.entering}>{texts.enteringHint}</EmptyState>;
  return (
    <ErrorState title={texts.closed} action={{ label: texts.again, onAction: again }}>
      {now === undefined ? texts.ended : typeof now === 'string' ? texts[now] : describeProblem(now.error)}
    </ErrorState>
  );
}

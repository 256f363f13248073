import { ErrorState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { describeProblem } from './problemText.ts';

const texts = defineTexts({
  title: { en: 'This was not loaded', 'zh-CN': '未能载入' },
  again: { en: 'Try again', 'zh-CN': '重试' },
});

/** Stands where something could not be loaded. */
export const LoadFailure = ({ error, onRetry }: { error: unknown; onRetry: () => void }) => (
  <ErrorState title={texts.title} action={{ label: texts.again, onAction: onRetry }}>
    {describeProblem(error)}
  </ErrorState>
);

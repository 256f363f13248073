import { useEffect, useRef } from 'preact/hooks';
import { translate } from '../../ui/translate.ts';
import { PaidButton } from './PaidButton.tsx';

export interface BatchQuestion {
  runIds: string[];
  cost: number | undefined;
}

/** How many, what all of them cost, yes or no. */
export function BatchBar({
  question,
  onAnswer,
}: {
  question: BatchQuestion;
  /** Undefined: no. */
  onAnswer(yes: { isSeen: boolean } | undefined): void;
}) {
  const count = question.runIds.length;
  const bar = useRef<HTMLDivElement>(null);
  // On the question itself: a key that was meant for the page must not say yes.
  useEffect(() => bar.current?.focus({ preventScroll: true }), []);
  return (
    <div
      ref={bar}
      class="bar"
      role="alertdialog"
      aria-label={translate('batchTitle')}
      tabIndex={-1}
      onKeyDown={(event) => event.key === 'Escape' && onAnswer(undefined)}
    >
      <span
        data-words={
          question.cost === undefined
            ? translate('batchQuestionNoCost', count)
            : translate('batchQuestion', count, question.cost)
        }
      />
      <PaidButton isMain label={translate('batchYes')} onPress={(isSeen) => onAnswer({ isSeen })} />
      <button type="button" onClick={() => onAnswer(undefined)} data-words={translate('cancel')} />
    </div>
  );
}

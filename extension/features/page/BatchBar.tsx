import { useEffect, useRef } from 'preact/hooks';
import { translate } from '../../ui/translate.ts';

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
  onAnswer(isYes: boolean): void;
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
      onKeyDown={(event) => event.key === 'Escape' && onAnswer(false)}
    >
      <span
        data-words={
          question.cost === undefined
            ? translate('batchQuestionNoCost', count)
            : translate('batchQuestion', count, question.cost)
        }
      />
      <button type="button" class="main" onClick={() => onAnswer(true)} data-words={translate('batchYes')} />
      <button type="button" onClick={() => onAnswer(false)} data-words={translate('cancel')} />
    </div>
  );
}

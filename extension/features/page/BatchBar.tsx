import { translate } from '../../ui/translate.ts';

export interface BatchQuestion {
  batchId: string;
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
  return (
    <div class="bar" role="alertdialog" aria-label={translate('batchTitle')}>
      <span>
        {question.cost === undefined
          ? translate('batchQuestionNoCost', count)
          : translate('batchQuestion', count, question.cost)}
      </span>
      <button type="button" class="main" onClick={() => onAnswer(true)}>
        {translate('batchYes')}
      </button>
      <button type="button" onClick={() => onAnswer(false)}>
        {translate('cancel')}
      </button>
    </div>
  );
}

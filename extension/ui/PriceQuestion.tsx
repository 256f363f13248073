import type { Run } from '../features/runs/run.ts';
import { translate } from './translate.ts';

interface PriceQuestionProps {
  run: Pick<Run, 'cost' | 'available'>;
  onAnswer(isYes: boolean): void;
}

/** What a picture costs and what there is, before anything is spent. */
export function PriceQuestion({ run: { cost = 0, available = 0 }, onAnswer }: PriceQuestionProps) {
  return (
    <div role="alertdialog" aria-label={translate('priceTitle')} class="price">
      <p class="line">{translate('priceLine', cost, available)}</p>
      <div class="row">
        <button type="button" class="main" onClick={() => onAnswer(true)}>
          {translate('priceYes', cost)}
        </button>
        <button type="button" onClick={() => onAnswer(false)}>
          {translate('cancel')}
        </button>
      </div>
    </div>
  );
}

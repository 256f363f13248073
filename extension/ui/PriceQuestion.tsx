import { Button } from '@star-graph/ui/controls/Button.tsx';
import { translate } from '../i18n/translate.ts';

interface PriceQuestionProps {
  run: { cost?: number; available?: number };
  onAnswer(isYes: boolean): void;
}

/** The price of a picture and the balance, before anything is spent. */
export function PriceQuestion({ run: { cost = 0, available = 0 }, onAnswer }: PriceQuestionProps) {
  return (
    <div role="alertdialog" aria-label={translate('priceTitle')} class="price">
      <p>{translate('priceLine', cost, available)}</p>
      <div class="row">
        <Button look="primary" onClick={() => onAnswer(true)}>
          {translate('priceYes', cost)}
        </Button>
        <Button look="quiet" onClick={() => onAnswer(false)}>
          {translate('cancel')}
        </Button>
      </div>
    </div>
  );
}

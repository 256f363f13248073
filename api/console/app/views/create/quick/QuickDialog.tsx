import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { countVariants, listVariants, mostVariants } from '@star-graph/workflows/translation/promptVariants';
import { Zap } from 'lucide';
import { describeProblem } from '../../../data/problemText.ts';
import { useWildcards } from '../draft/wildcards.ts';
import { pressAll } from '../presses.ts';
import { useDraft } from '../studio.ts';
import type { Studio } from '../studioTypes.ts';
import { texts as createTexts } from '../texts.ts';
import { usePrice } from '../usePrice.ts';
import { wishOf } from '../wishOf.ts';
import { findFinisher, quickWish } from './quick.ts';
import { texts } from './texts.ts';
import './quick.css';

export interface QuickDialogProps {
  studio: Studio;
  onClose(): void;
}

/** What drafts cost, what finishing one costs, and what as many whole pictures would. */
export function QuickDialog({ studio, onClose }: QuickDialogProps) {
  const { form, listed, workflow } = studio;
  const draft = useDraft(studio);
  const wish = quickWish(workflow.name, form, draft);
  const finisher = findFinisher(listed);
  const prompt = String(wish?.params.prompt ?? '');
  const wildcards = useWildcards(prompt);
  const ways = countVariants(prompt);
  const isTooMuch = ways > mostVariants;
  const wishes =
    wish && !isTooMuch
      ? listVariants(prompt).map((one) => ({ ...wish, params: { ...wish.params, prompt: one } }))
      : [];
  const drafts = usePrice(wishes);
  const whole = usePrice(
    wishes.map((one) => ({
      ...one,
      params: { ...wishOf(workflow.name, form, draft).params, count: one.count },
    })),
  );
  const fault = isTooMuch ? createTexts.tooManyVariants(mostVariants) : wildcards.fault;
  const send = () => {
    // The first one is looked at, so it is pressed last.
    const filled = wishes.map((one) => ({
      ...one,
      params: { ...one.params, prompt: wildcards.fill(one.params.prompt) },
    }));
    pressAll(filled.toReversed(), { same: wish });
    onClose();
  };
  const [width, height] = [Number(wish?.params.width), Number(wish?.params.height)];
  return (
    <Dialog
      open
      onClose={onClose}
      title={createTexts.quick}
      description={texts.hint}
      footer={
        <>
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button
            look="primary"
            icon={Zap}
            disabled={!wish || fault !== undefined || wildcards.isLoading}
            onClick={send}
          >
            <span>{texts.make}</span>
            <Price {...drafts} isAfter />
          </Button>
        </>
      }
    >
      {wish && !isTooMuch ? (
        <dl class="quick-prices">
          <dt>{texts.drafts(wish.count * ways, `${width} × ${height}`)}</dt>
          <dd>
            <Price {...drafts} />
          </dd>
          {finisher && (
            <>
              <dt>{texts.finishing(finisher.model)}</dt>
              <dd>
                <Stars amount={finisher.leastCost} isLeast />
              </dd>
            </>
          )}
          <dt class="quick-whole">{texts.whole(wish.count * ways)}</dt>
          <dd class="quick-whole">
            <Price {...whole} />
          </dd>
        </dl>
      ) : (
        !wish && <p>{texts.incomplete}</p>
      )}
      {fault !== undefined && <p class="create-forecast-bad">{fault}</p>}
      {drafts.error !== undefined && <p class="create-forecast-bad">{describeProblem(drafts.error)}</p>}
    </Dialog>
  );
}

/** Nothing until it is known. */
function Price({ cost, isAfter = false }: { cost?: number; isAfter?: boolean }) {
  if (cost === undefined) return null;
  return (
    <>
      {isAfter && <span aria-hidden="true">·</span>}
      <Stars amount={cost} />
    </>
  );
}

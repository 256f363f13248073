import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { WandSparkles } from 'lucide';
import { textCost } from '../../../data/textModel.ts';
import { usePost } from '../../../data/usePost.ts';
import { type Studio, useDraft } from '../studio.ts';
import { texts } from '../texts.ts';
import './draft.css';

/** Makes a fuller prompt of the words that stand there; away where nothing can. */
export function ExpandButton({ studio }: { studio: Studio }) {
  const prompt = String(useDraft(studio).values.prompt ?? '').trim();
  const cost = textCost(studio.listed, 'expand-prompt');
  const { post, isBusy } = usePost(async () => {
    const { expandInto } = await import('./writeWords.ts');
    await expandInto(studio, prompt);
  });
  if (cost === undefined) return null;
  return (
    <Button
      look="quiet"
      size="small"
      icon={WandSparkles}
      class="draft-history"
      busy={isBusy}
      disabled={prompt === ''}
      onClick={() => void post()}
    >
      {texts.expand} <Stars amount={cost} />
    </Button>
  );
}

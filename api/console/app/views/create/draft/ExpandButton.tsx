import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { Sparkles } from 'lucide';
import { useState } from 'preact/hooks';
import { textCost } from '../../../data/textModel.ts';
import { type Studio, useDraft } from '../studio.ts';
import { texts } from '../texts.ts';

/** Makes a fuller prompt of the words that stand there; away where nothing can. */
export function ExpandButton({ studio }: { studio: Studio }) {
  const prompt = String(useDraft(studio).values.prompt ?? '').trim();
  const cost = textCost(studio.listed, 'expand-prompt');
  const [isBusy, setBusy] = useState(false);
  const expand = async () => {
    setBusy(true);
    try {
      await (await import('./writeWords.ts')).expandInto(studio, prompt);
    } finally {
      setBusy(false);
    }
  };
  if (cost === undefined) return null;
  return (
    <Button
      look="quiet"
      size="small"
      icon={Sparkles}
      class="draft-history"
      busy={isBusy}
      disabled={prompt === ''}
      onClick={() => void expand()}
    >
      {texts.expand} <Stars {...cost} />
    </Button>
  );
}

import { Button } from '@star-graph/ui/controls/Button.tsx';
import type { TriggerAttributes } from '@star-graph/ui/overlays/OverlayPlace.tsx';
import { History } from 'lucide';
import { texts } from '../texts.ts';
import './draft.css';

export interface PromptHistoryProps {
  onChoose(prompt: string): void;
}

type HistoryButtonProps = Partial<PromptHistoryProps> & TriggerAttributes;

export const HistoryButton = ({ onChoose: _onChoose, ...attributes }: HistoryButtonProps) => (
  <Button {...attributes} look="quiet" size="small" icon={History} class="draft-history">
    {texts.prompts}
  </Button>
);

import { History } from 'lucide';
import { Button } from '../../../../../ui/controls/Button.tsx';
import type { TriggerAttributes } from '../../../../../ui/overlays/OverlayPlace.tsx';
import { texts } from '../texts.ts';
import './draft.css';

export interface PromptHistoryProps {
  userId: string;
  onChoose(prompt: string): void;
}

type HistoryButtonProps = Partial<PromptHistoryProps> & TriggerAttributes;

export const HistoryButton = ({
  userId: _userId,
  onChoose: _onChoose,
  ...attributes
}: HistoryButtonProps) => (
  <Button {...attributes} look="quiet" size="small" icon={History} class="draft-history">
    {texts.prompts}
  </Button>
);

import { loadPart } from '@star-graph/ui/loadPart.tsx';
import { useState } from 'preact/hooks';
import { HistoryButton, type PromptHistoryProps } from './HistoryButton.tsx';

const HistoryPopover = loadPart<PromptHistoryProps>(
  async () => (await import('./HistoryPopover.tsx')).HistoryPopover,
  HistoryButton,
);

/** The way to earlier prompts. */
export function PromptHistory(props: PromptHistoryProps) {
  const [isAsked, setAsked] = useState(false);
  return isAsked ? <HistoryPopover {...props} /> : <HistoryButton onClick={() => setAsked(true)} />;
}

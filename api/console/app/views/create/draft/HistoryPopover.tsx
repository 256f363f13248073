import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Popover } from '@star-graph/ui/overlays/Popover.tsx';
import { useState } from 'preact/hooks';
import { texts } from '../texts.ts';
import { HistoryButton, type PromptHistoryProps } from './HistoryButton.tsx';
import { forgetPrompts, readPrompts } from './promptHistory.ts';
import './draft.css';

/** Prompts of this browser, to be used again. It is fetched when it is asked for, and opens at once. */
export function HistoryPopover({ userId, onChoose }: PromptHistoryProps) {
  const [isOpen, setOpen] = useState(true);
  return (
    <Popover
      open={isOpen}
      onOpenChange={setOpen}
      title={texts.prompts}
      trigger={(attributes) => <HistoryButton {...attributes} />}
    >
      {(close) => {
        const prompts = readPrompts(userId);
        if (prompts.length === 0) return <p class="draft-none">{texts.noPrompts}</p>;
        return (
          <>
            <ul class="draft-list">
              {prompts.map((prompt) => (
                <li key={prompt}>
                  <button
                    type="button"
                    class="draft-choice"
                    dir="auto"
                    onClick={() => {
                      onChoose(prompt);
                      close();
                    }}
                  >
                    {prompt}
                  </button>
                </li>
              ))}
            </ul>
            <Button
              look="quiet"
              size="small"
              onClick={() => {
                forgetPrompts(userId);
                close();
              }}
            >
              {texts.forgetPrompts}
            </Button>
          </>
        );
      }}
    </Popover>
  );
}

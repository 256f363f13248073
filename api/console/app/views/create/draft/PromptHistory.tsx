import { History } from 'lucide';
import { Button } from '../../../../../ui/controls/Button.tsx';
import { Popover } from '../../../../../ui/overlays/Popover.tsx';
import { texts } from '../texts.ts';
import { forgetPrompts, readPrompts } from './promptHistory.ts';
import './draft.css';

interface PromptHistoryProps {
  userId: string;
  onChoose(prompt: string): void;
}

/** Prompts of this browser, to be used again. */
export function PromptHistory({ userId, onChoose }: PromptHistoryProps) {
  return (
    <Popover
      title={texts.prompts}
      trigger={(attributes) => (
        <Button {...attributes} look="quiet" size="small" icon={History} class="draft-history">
          {texts.prompts}
        </Button>
      )}
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

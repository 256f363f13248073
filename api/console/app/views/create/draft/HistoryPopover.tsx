import { Skeleton } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Popover } from '@star-graph/ui/overlays/Popover.tsx';
import { useState } from 'preact/hooks';
import { describeProblem } from '../../../data/problemText.ts';
import { useResource } from '../../../data/useResource.ts';
import { api } from '../../../session/session.ts';
import { texts as createTexts } from '../texts.ts';
import { openDrafts } from './drafts.ts';
import { HistoryButton, type PromptHistoryProps } from './HistoryButton.tsx';
import { texts } from './texts.ts';
import './draft.css';

/** Prompts of the account's last tasks, to be used again. It is fetched when it is asked for, and opens at once. */
export function HistoryPopover({ onChoose }: PromptHistoryProps) {
  const [isOpen, setOpen] = useState(true);
  return (
    <Popover
      open={isOpen}
      onOpenChange={setOpen}
      title={createTexts.prompts}
      trigger={(attributes) => <HistoryButton {...attributes} />}
    >
      {(close) => (
        <PromptList
          onChoose={(prompt) => {
            onChoose(prompt);
            close();
          }}
        />
      )}
    </Popover>
  );
}

function PromptList({ onChoose }: PromptHistoryProps) {
  const { value: prompts, state, error } = useResource(readPrompts, []);
  if (state === 'failed') return <p class="draft-none">{describeProblem(error)}</p>;
  if (!prompts) return <Skeleton height="120px" />;
  if (prompts.length === 0) return <p class="draft-none">{texts.noPrompts}</p>;
  return (
    <ul class="draft-list">
      {prompts.map((prompt) => (
        <li key={prompt}>
          <button type="button" class="draft-choice" dir="auto" onClick={() => onChoose(prompt)}>
            {prompt}
          </button>
        </li>
      ))}
    </ul>
  );
}

/** What was written in another browser and not sent, then what was sent, the last one first; each once. */
async function readPrompts(signal: AbortSignal): Promise<readonly string[]> {
  const [tasks, drafts] = await Promise.all([
    api.listTasks({ query: { limit: 100 } }, { signal }),
    api.listDrafts({}, { signal }),
  ]);
  const here = new Set([...openDrafts.values()].map(({ draft }) => draft.value.values.prompt));
  const elsewhere = drafts.items.map(({ draft }) => draft.values.prompt).filter((one) => !here.has(one));
  const prompts = [...elsewhere, ...tasks.items.map(({ params }) => params.prompt)];
  return [...new Set(prompts.filter((one) => typeof one === 'string' && one.trim() !== ''))] as string[];
}

import { Button } from '@star-graph/ui/controls/Button.tsx';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { X } from 'lucide';
import { useState } from 'preact/hooks';
import { describeProblem } from '../../data/problemText.ts';
import { usePost } from '../../data/usePost.ts';
import './words.css';

interface WordListProps {
  words: readonly string[];
  hrefOf(word: string): string;
  nameRemoval(word: string): string;
  onRemove(word: string): void;
}

/** Words that something has: each leads to what else has it, and can be taken off. */
export function WordList({ words, hrefOf, nameRemoval, onRemove }: WordListProps) {
  if (words.length === 0) return null;
  return (
    <ul class="words-list">
      {words.map((word) => (
        <li key={word} class="words-one">
          <a href={hrefOf(word)} dir="auto">
            {word}
          </a>
          <IconButton icon={X} size="small" label={nameRemoval(word)} onClick={() => onRemove(word)} />
        </li>
      ))}
    </ul>
  );
}

const mostOffered = 8;

interface WordFormProps {
  label: string;
  action: string;
  maxLength: number;
  /** Those that are there already. */
  without: readonly string[];
  known: readonly string[];
  /** @throws what the server refused, and a toast says it */
  onAdd(word: string): Promise<void>;
}

/** A word to type, and known ones that it is a part of. */
export function WordForm({ label, action, maxLength, without, known, onAdd }: WordFormProps) {
  const [word, setWord] = useState('');
  const { post, isBusy } = usePost(async (wanted: string) => {
    try {
      await onAdd(wanted);
      setWord('');
    } catch (error) {
      showToast({ tone: 'bad', text: describeProblem(error) });
    }
  });
  const typed = word.trim();
  const offered = known
    .filter((one) => !without.includes(one) && one !== typed)
    .filter((one) => one.toLowerCase().includes(typed.toLowerCase()))
    .slice(0, mostOffered);
  return (
    <form
      class="words-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed !== '') void post(typed);
      }}
    >
      <div class="words-line">
        <TextField label={label} placeholder={label} maxLength={maxLength} value={word} onChange={setWord} />
        <Button type="submit" busy={isBusy} disabled={typed === ''}>
          {action}
        </Button>
      </div>
      {offered.length > 0 && (
        <div class="words-list">
          {offered.map((one) => (
            <Button key={one} look="quiet" size="small" onClick={() => void post(one)}>
              {one}
            </Button>
          ))}
        </div>
      )}
    </form>
  );
}

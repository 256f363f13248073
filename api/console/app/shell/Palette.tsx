import { groupOptions, OptionContent } from '@star-graph/ui/fields/options.tsx';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { Search } from 'lucide';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { loadWorkflows } from '../data/catalogue.ts';
import { describeProblem } from '../data/problemText.ts';
import { type Entry, findFar, findNear } from './entries.ts';
import { texts } from './texts.ts';
import '@star-graph/ui/fields/Field.css';
import '@star-graph/ui/overlays/floats.css';
import './palette.css';

/** How long the server is not asked while the next letter may come. */
const typingPauseMs = 200;

/** The way to everything by its name. */
export function Palette({ onClose }: { onClose: () => void }) {
  const { route } = useLocation();
  const [typed, setTyped] = useState('');
  const { entries, isAsking, error } = useFound(typed.trim());
  const [chosen, setChosen] = useState<string>();
  const active = entries.find(({ value }) => value === chosen) ?? entries[0];
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const go = (entry: Entry) => {
    onClose();
    route(entry.value);
  };
  const move = (step: number) => {
    const at = active ? entries.indexOf(active) : 0;
    setChosen(entries.at((at + step) % entries.length)?.value);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // What an input method is being asked is not asked of us.
    if (event.isComposing) return;
    if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else if (event.key === 'Enter' && active) go(active);
    else return;
    event.preventDefault();
  };
  const optionId = (entry: Entry) => `${listId}-${entries.indexOf(entry)}`;
  return (
    <Dialog open onClose={onClose} title={texts.title} initialFocus={() => input.current}>
      <div class="sg-input">
        <Icon icon={Search} />
        <input
          ref={input}
          type="text"
          role="combobox"
          dir="auto"
          autocomplete="off"
          aria-label={texts.title}
          aria-autocomplete="list"
          aria-expanded={entries.length > 0}
          aria-controls={listId}
          aria-activedescendant={active && optionId(active)}
          placeholder={texts.hint}
          value={typed}
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            setChosen(undefined);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div class="palette-list" id={listId} role="listbox" aria-label={texts.results} aria-busy={isAsking}>
        {groupOptions(entries).map(({ group, members }) => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options, not of fields
          <div key={group} role="group" aria-label={group}>
            <div class="sg-option-group" aria-hidden="true">
              {group}
            </div>
            {members.map((entry) => (
              <Row
                key={entry.value}
                id={optionId(entry)}
                entry={entry}
                isActive={entry === active}
                onChoose={() => go(entry)}
              />
            ))}
          </div>
        ))}
      </div>
      <div role="status">
        {error !== undefined && <p class="palette-words">{describeProblem(error)}</p>}
        {entries.length === 0 && !isAsking && error === undefined && (
          <p class="palette-words">{texts.nothing}</p>
        )}
      </div>
    </Dialog>
  );
}

interface RowProps {
  id: string;
  entry: Entry;
  isActive: boolean;
  onChoose: () => void;
}

function Row({ id, entry, isActive, onChoose }: RowProps) {
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isActive) row.current?.scrollIntoView({ block: 'nearest' });
  }, [isActive]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the focus stays in the field, whose keys choose
    <div
      ref={row}
      id={id}
      role="option"
      class="sg-option"
      aria-selected={isActive}
      data-highlighted={isActive ? '' : undefined}
      onClick={onChoose}
    >
      <OptionContent option={entry} isChosen={false} />
    </div>
  );
}

/** What the page knows at once, and what the server finds when the typing rests. */
function useFound(words: string): { entries: Entry[]; isAsking: boolean; error: unknown } {
  const [far, setFar] = useState<{ words: string; entries: Entry[]; error?: unknown }>({
    words: '',
    entries: [],
  });
  useEffect(() => {
    if (words === '') return;
    const abort = new AbortController();
    const pause = setTimeout(() => {
      findFar(words, abort.signal).then(
        (entries) => !abort.signal.aborted && setFar({ words, entries }),
        (error: unknown) => !abort.signal.aborted && setFar({ words, entries: [], error }),
      );
    }, typingPauseMs);
    return () => {
      clearTimeout(pause);
      abort.abort();
    };
  }, [words]);
  const [missing, setMissing] = useState<unknown>();
  useEffect(() => {
    loadWorkflows().catch(setMissing);
  }, []);
  const isAnswered = far.words === words;
  const near = findNear(words);
  const entries = isAnswered ? [...near, ...far.entries] : near;
  return {
    entries,
    isAsking: words !== '' && !isAnswered,
    error: (isAnswered ? far.error : undefined) ?? missing,
  };
}

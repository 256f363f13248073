import { useMemo } from 'preact/hooks';
import { Ring } from '../../../../../ui/feedback/Ring.tsx';
import { isOwnGraph } from '../../../data/ownGraph.ts';
import { dropPress, type Press, press, retry } from '../requests/presses.ts';
import { remake } from '../requests/remakes.ts';
import type { Studio } from '../studio.ts';
import { EndedCard, PressNotice } from './EndedCard.tsx';
import type { Entry } from './listEntries.ts';
import { OpenCard } from './OpenCard.tsx';
import { ResultCard } from './ResultCard.tsx';
import { texts } from './texts.ts';

interface EntryCardProps {
  studio: Studio;
  entry: Entry;
  onPutAway(taskId: string): void;
}

/** Wider or taller ones are shown with bars. */
const widest = 3;

/** One place of the grid. News of one task draw no other one anew. */
export function EntryCard({ studio, entry, onPutAway }: EntryCardProps) {
  const content = useMemo(
    () => <EntryView studio={studio} entry={entry} onPutAway={onPutAway} />,
    [studio, onPutAway, ...Object.values(partsOf(entry))],
  );
  return (
    <li
      class="result"
      data-kind={entry.kind}
      style={{ '--aspect': Math.min(widest, Math.max(1 / widest, entry.aspect)) }}
    >
      <div class="result-frame">{content}</div>
    </li>
  );
}

/** What a card is drawn from; the entry itself is new with every change of any. */
const partsOf = (entry: Entry) => ({
  kind: entry.kind,
  source: entry.kind === 'press' ? entry.press : entry.task,
  part: entry.kind === 'result' ? entry.output : entry.kind === 'press' ? undefined : entry.preview,
});

function EntryView({ studio, entry, onPutAway }: EntryCardProps) {
  switch (entry.kind) {
    case 'press':
      return <PressCard studio={studio} pressed={entry.press} />;
    case 'open':
      return <OpenCard task={entry.task} preview={entry.preview} isFirst={entry.isFirst} />;
    case 'ended': {
      const { task } = entry;
      const wish = remake('again', studio.listed, task, 0);
      const again = () => {
        onPutAway(task.id);
        if (wish) press(wish);
      };
      return (
        <EndedCard
          task={task}
          onAgain={wish && again}
          onChange={isOwnGraph(task) ? undefined : () => void studio.recall(task)}
          onPutAway={() => onPutAway(task.id)}
        />
      );
    }
    case 'result':
      return <ResultCard studio={studio} task={entry.task} output={entry.output} at={entry.at} />;
  }
}

function PressCard({ studio, pressed }: { studio: Studio; pressed: Press }) {
  if (pressed.state === 'sending')
    return (
      <div class="result-work">
        <Ring size={64} percent={0} label={texts.sending} />
        <p class="result-state">{texts.sending}</p>
      </div>
    );
  const { key, workflow, params } = pressed;
  const change = () => {
    dropPress(key);
    studio.recall({ workflow: { name: workflow }, params });
  };
  return (
    <PressNotice
      press={pressed}
      onSend={() => retry(key)}
      onChange={change}
      onPutAway={() => dropPress(key)}
    />
  );
}

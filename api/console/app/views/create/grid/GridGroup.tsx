import { Button } from '@star-graph/ui/controls/Button.tsx';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { Grid3x3, X } from 'lucide';
import { useState } from 'preact/hooks';
import { cancelTask } from '../results/cancelTask.ts';
import type { Group } from '../results/listGroups.ts';
import { Place, promptOf } from '../results/Place.tsx';
import { GridSheet } from './GridSheet.tsx';
import { texts } from './texts.ts';
import './grid.css';

export interface GridGroupProps {
  group: Group;
  /** The key of the place that is looked at, if it is one of these. */
  shown: string | undefined;
}

/** Pictures that differ by one or two settings: in their order here, and as a table when it is asked for. */
export function GridGroup({ group, shown }: GridGroupProps) {
  const { entries, grid } = group;
  const [isOpen, setOpen] = useState(false);
  const open = entries.flatMap((entry) => (entry.kind === 'open' ? [entry.task] : []));
  const cost = entries.reduce(
    (sum, entry) => sum + (entry.kind === 'press' ? 0 : (entry.task.charged ?? entry.task.cost)),
    0,
  );
  return (
    <li class="group" data-count={entries.length}>
      <ul class="group-pictures">
        {entries.map((entry, at) => (
          <Place key={entry.key} entry={entry} at={at} all={entries.length} isShown={shown === entry.key} />
        ))}
      </ul>
      <div class="group-facts grid-facts">
        <p class="group-prompt" dir="auto">
          {entries[0] && promptOf(entries[0])}
        </p>
        <div class="group-making">
          <span>{grid?.axes.join(' × ')}</span>
          <Stars amount={cost} />
        </div>
        {open.length > 0 && (
          <IconButton
            class="group-act"
            icon={X}
            size="small"
            label={texts.cancelAll}
            onClick={() => void Promise.all(open.map(cancelTask))}
          />
        )}
        <Button icon={Grid3x3} size="small" onClick={() => setOpen(true)}>
          {texts.sheet}
        </Button>
      </div>
      {isOpen && <GridSheet group={group} onClose={() => setOpen(false)} />}
    </li>
  );
}

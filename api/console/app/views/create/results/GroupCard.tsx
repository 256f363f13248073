import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { loadPart } from '@star-graph/ui/loadPart.tsx';
import { formatCredits } from '@star-graph/ui/texts/formats';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { CircleAlert, Dices, X } from 'lucide';
import { useMemo } from 'preact/hooks';
import { nameWorkflow } from '../../../data/catalogue.ts';
import type { GridGroupProps } from '../grid/GridGroup.tsx';
import { dropPress, isKept, press } from '../presses.ts';
import { remake } from '../remakes.ts';
import { describeEnd } from '../stage/describeEnd.ts';
import { endIcons } from '../stage/EndedNotice.tsx';
import type { Studio } from '../studioTypes.ts';
import { cancelTask } from './cancelTask.ts';
import { lookAt } from './chosen.ts';
import type { Entry, Group } from './listGroups.ts';
import { Place, promptOf } from './Place.tsx';
import { texts } from './texts.ts';

interface GroupCardProps {
  studio: Studio;
  group: Group;
  /** The key of the place that is looked at, if it is one of these. */
  shown: string | undefined;
  onPutAway(taskId: string): void;
}

/** One press with its pictures, its words and its price. News of one draw no other one anew. */
export function GroupCard({ studio, group, shown, onPutAway }: GroupCardProps) {
  return useMemo(
    () => <GroupView studio={studio} group={group} shown={shown} onPutAway={onPutAway} />,
    [studio, shown, onPutAway, ...partsOf(group)],
  );
}

/** What a group is drawn from; the group itself is new with every change of any. */
function partsOf({ key, entries, grid }: Group): unknown[] {
  const [first] = entries;
  if (grid)
    return [key, JSON.stringify(entries.map((entry) => [entry.key, entry.kind])), ...entries.map(sourceOf)];
  const source = first && (first.kind === 'press' ? first.press : first.task);
  const preview = first && 'preview' in first ? first.preview : undefined;
  return [key, first?.kind, entries.length, source, preview];
}

const sourceOf = (entry: Entry): unknown => (entry.kind === 'press' ? entry.press : entry.task);

function GroupView({ studio, group, shown, onPutAway }: GroupCardProps) {
  const { entries, grid } = group;
  const [first] = entries;
  if (!first) return null;
  if (grid) return <GridGroup group={group} shown={shown} />;
  const line = describeFold(first);
  if (line)
    return (
      <li class="group group-folded result" data-kind={first.kind}>
        <button
          type="button"
          class="result-choose result-line"
          aria-current={shown === first.key || undefined}
          onClick={() => lookAt(first.key)}
        >
          <Icon icon={line.icon} />
          <span>{line.word}</span>
          <span class="group-prompt">{promptOf(first)}</span>
        </button>
        <IconButton
          icon={X}
          size="small"
          label={texts.putAway}
          onClick={() => (first.kind === 'press' ? dropPress(first.press.key) : onPutAway(first.task.id))}
        />
      </li>
    );
  return (
    <li class="group" data-count={entries.length}>
      <ul class="group-pictures">
        {entries.map((entry, at) => (
          <Place key={entry.key} entry={entry} at={at} all={entries.length} isShown={shown === entry.key} />
        ))}
      </ul>
      <Facts studio={studio} entry={first} />
    </li>
  );
}

const GridGroup = loadPart<GridGroupProps>(async () => (await import('../grid/GridGroup.tsx')).GridGroup);

/** Ends without a picture fold to a line; undefined: there are pictures, or will be. */
function describeFold(entry: Entry) {
  if (entry.kind === 'press' && entry.press.state !== 'sending')
    return {
      icon: CircleAlert,
      word:
        entry.press.state === 'refused' ? texts.failed : isKept(entry.press) ? texts.waiting : texts.noAnswer,
    };
  if (entry.kind !== 'ended') return undefined;
  const end = describeEnd(entry.task);
  return end && { icon: endIcons[end.kind], word: end.title };
}

/** By what it was made, when, and for how much. */
function Facts({ studio, entry }: { studio: Studio; entry: Entry }) {
  const task = entry.kind === 'press' ? undefined : entry.task;
  const workflow = entry.kind === 'press' ? entry.press.workflow : entry.task.workflow.name;
  const wish = task?.finishedAt ? remake('again', studio.listed, task, 0) : undefined;
  const cost = task?.charged ?? task?.cost;
  const cancelCost = task?.progress.cancelCost;
  return (
    <div class="group-facts">
      <p class="group-prompt" dir="auto">
        {promptOf(entry)}
      </p>
      <div class="group-making">
        <span>{nameWorkflow(workflow)}</span>
        <Time at={entry.kind === 'press' ? entry.press.pressedAt : entry.task.createdAt} />
        {cost !== undefined && <Stars amount={cost} />}
      </div>
      {wish && (
        <IconButton
          class="group-act"
          icon={Dices}
          size="small"
          label={texts.again}
          onClick={() => void press(wish)}
        />
      )}
      {task && !task.finishedAt && (
        <IconButton
          class="group-act"
          icon={X}
          size="small"
          label={cancelCost ? texts.cancelCosts(formatCredits(cancelCost)) : texts.cancel}
          onClick={() => void cancelTask(task)}
        />
      )}
    </div>
  );
}

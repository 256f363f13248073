import type { BackendView } from '@star-graph/contract/admin/backends';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { formatDuration } from '@star-graph/ui/texts/formats';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { explainReason } from '../queue/texts.ts';
import { fileNameOf } from './ServerState.tsx';
import type { ServerProps } from './serverProps.ts';
import { texts } from './texts.ts';

type Task = BackendView['tasks'][number];

/** What it does, what comes next and why, and what it was told to do. */
export function NowAndNext({ server, onChanged }: ServerProps) {
  const { tasks, next } = server;
  return (
    <div class="admin-lines">
      {tasks.length === 0 && <p class="admin-quiet">{texts.idleWords}</p>}
      {tasks.toSorted(byState).map((task) => (
        <TaskLine key={`${task.id} ${task.attempt}`} task={task} />
      ))}
      {next && (
        <p>
          <Chip>{texts.next}</Chip>{' '}
          <a href={`/admin/queue?search=${next.taskId}`}>{texts.task(next.taskId.slice(-8))}</a>{' '}
          <span class="admin-quiet-words" dir="auto">
            {next.etaSeconds !== undefined && `${texts.resultIn(formatDuration(next.etaSeconds))} `}
            {explainReason(next.reason)}
          </span>
        </p>
      )}
      <RecycleLine server={server} onChanged={onChanged} />
      <WarmUpLine server={server} onChanged={onChanged} />
    </div>
  );
}

/** What runs stands before what waits behind it. */
const byState = (a: Task, b: Task): number => Number(b.state === 'running') - Number(a.state === 'running');

function TaskLine({ task }: { task: Task }) {
  const { id, state, startedAt, recalled } = task;
  const word = state === 'running' ? texts.runs : state === 'ended' ? texts.ends : texts.waitsHere;
  return (
    <p>
      <Chip tone={state === 'running' ? 'accent' : 'plain'}>{word}</Chip>{' '}
      <a href={`/admin/queue?search=${id}`}>{texts.task(id.slice(-8))}</a>{' '}
      <span class="admin-quiet-words">
        {startedAt && <Time at={startedAt} />}
        {recalled && ` ${texts.recalled}`}
      </span>
    </p>
  );
}

/** A line about something that was asked for, with the way to call it off while there is one. */
function AskedLine(props: {
  name: string;
  words: string;
  since: string;
  fault: string | undefined;
  callOff?: (() => Promise<unknown>) | undefined;
  onChanged(): void;
}) {
  const { name, words, since, fault, callOff, onChanged } = props;
  const { post, isBusy, error } = usePost(async (work: () => Promise<unknown>) => {
    await work();
    onChanged();
  });
  return (
    <div class="admin-row">
      <Chip tone={fault ? 'warn' : 'plain'}>{name}</Chip>
      <span class="admin-quiet-words" dir="auto">
        {words} · <Time at={since} />
        {fault && ` · ${fault}`}
      </span>
      {callOff && (
        <Button size="small" busy={isBusy} onClick={() => void post(callOff)}>
          {texts.callOff}
        </Button>
      )}
      <PostFailure error={error} />
    </div>
  );
}

function RecycleLine({ server: { id, recycle }, onChanged }: ServerProps) {
  if (!recycle) return null;
  const words = {
    draining: texts.recycleDraining,
    freeing: texts.recycleFreeing,
    restarting: texts.recycleRestarting,
  };
  return (
    <AskedLine
      name={texts.recycling}
      words={recycle.state ? words[recycle.state] : texts.over}
      since={recycle.since}
      fault={recycle.fault}
      callOff={recycle.state === 'draining' ? () => api.adminCancelRecycle({ params: { id } }) : undefined}
      onChanged={onChanged}
    />
  );
}

function WarmUpLine({ server: { id, warmUp }, onChanged }: ServerProps) {
  if (!warmUp) return null;
  const words = {
    waiting: texts.warmWaiting,
    posted: texts.warmPosted,
    done: texts.warmDone,
    failed: texts.warmFailed,
  };
  return (
    <AskedLine
      name={texts.warmUp}
      words={`${words[warmUp.state]} ${warmUp.models.map(fileNameOf).join(', ')}`}
      since={warmUp.since}
      fault={warmUp.fault}
      callOff={warmUp.state === 'waiting' ? () => api.adminCancelWarmUp({ params: { id } }) : undefined}
      onChanged={onChanged}
    />
  );
}

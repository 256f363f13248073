import type { BackendView } from '@star-graph/contract/admin/backends';
import type { QueueView } from '@star-graph/contract/admin/queue';
import { Progress } from '@star-graph/ui/feedback/Progress.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { formatDuration, formatNumber } from '@star-graph/ui/texts/formats';
import { Figure } from './Figure.tsx';
import { countServers, longWaitSeconds } from './findNeeds.ts';
import { texts } from './texts.ts';

interface Props {
  queue: QueueView;
  servers: readonly BackendView[];
}

/** How it is this moment. */
export function NowCard({ queue, servers }: Props) {
  const { ready, busy, all, hasGpus } = countServers(servers);
  const oldest = Math.max(0, ...queue.lanes.map(({ oldestSeconds }) => oldestSeconds));
  return (
    <section class="admin-stack" aria-label={texts.now}>
      <div class="admin-figures">
        <Figure href="/admin/queue" name={texts.waiting} value={formatNumber(queue.queued)} />
        <Figure
          href="/admin/queue"
          name={texts.working}
          value={formatNumber(queue.assigned + queue.running)}
        />
        <Figure
          href="/admin/queue"
          name={texts.people}
          value={formatNumber(queue.plan?.peopleWaiting ?? 0)}
        />
        <Figure
          href="/admin/queue"
          name={texts.oldest}
          value={formatDuration(oldest)}
          tone={oldest > longWaitSeconds ? 'bad' : undefined}
        />
        <Figure
          href="/admin/servers"
          name={hasGpus ? texts.servers : texts.placeholders}
          value={`${formatNumber(ready)} / ${formatNumber(all)}`}
          tone={ready === 0 ? 'bad' : ready < all ? 'warn' : undefined}
        />
      </div>
      <div class="admin-pair">
        <Card title={texts.lanes}>
          <Lanes queue={queue} />
        </Card>
        <Card title={texts.gpuUse} aside={<a href="/admin/servers">{texts.toServers}</a>}>
          <div class="admin-form">
            <p class="admin-quiet">{ready === 0 ? texts.noReady : texts.busyOf(busy, ready)}</p>
            <Progress label={texts.gpuUse} value={busy} max={Math.max(1, ready)} />
            <ServerList servers={servers} />
          </div>
        </Card>
      </div>
    </section>
  );
}

function Lanes({ queue }: { queue: QueueView }) {
  const most = Math.max(1, ...queue.lanes.map(({ queued }) => queued));
  return (
    <ul class="admin-bars">
      {queue.lanes.map(({ lane, queued, oldestSeconds }) => (
        <li key={lane}>
          <span>{texts[lane]}</span>
          <Progress
            label={texts[lane]}
            value={queued}
            max={most}
            tone={oldestSeconds > longWaitSeconds ? 'bad' : 'accent'}
          />
          <b>{formatNumber(queued)}</b>
          <span class="admin-quiet-words">
            {queued > 0 ? texts.since(formatDuration(oldestSeconds)) : ''}
          </span>
        </li>
      ))}
    </ul>
  );
}

const shownServers = 6;

/** The busiest first: what is idle needs no look. */
function ServerList({ servers }: { servers: readonly BackendView[] }) {
  const busiest = servers
    .filter(({ enabled }) => enabled)
    .toSorted((a, b) => b.tasks.length - a.tasks.length);
  return (
    <ul class="admin-bars admin-names">
      {busiest.slice(0, shownServers).map(({ id, name, state, tasks, draining }) => (
        <li key={id}>
          <a href={`/admin/servers?id=${id}`} dir="auto">
            {name}
          </a>
          <span class={state === 'down' ? 'admin-bad' : 'admin-quiet-words'}>
            {draining ? texts.draining : texts[state]}
          </span>
          <b>{formatNumber(tasks.length)}</b>
          <span class="admin-quiet-words">{texts.tasksOf(tasks.length)}</span>
        </li>
      ))}
    </ul>
  );
}

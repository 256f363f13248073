import { useEffect } from 'preact/hooks';
import { Button } from '../../../../../ui/controls/Button.tsx';
import { Skeleton } from '../../../../../ui/feedback/Skeleton.tsx';
import { Card, PageHead } from '../../../../../ui/layout/Card.tsx';
import { defineTexts } from '../../../../../ui/texts/defineTexts.ts';
import { formatDuration, formatNumber, formatPercent, formatTime } from '../../../../../ui/texts/formats.ts';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { usePost } from '../../../data/usePost.ts';
import { useResource } from '../../../data/useResource.ts';
import { PostFailure } from '../../../problems/PostFailure.tsx';
import { api } from '../../../session/session.ts';
import { LedgerCard } from './LedgerCard.tsx';
import { type Day, sumDay } from './sumDay.ts';

const texts = defineTexts({
  title: { en: 'Overview', 'zh-CN': '概览' },
  waiting: { en: 'Waiting', 'zh-CN': '排队中' },
  working: { en: 'Working', 'zh-CN': '生成中' },
  servers: { en: 'GPU servers ready', 'zh-CN': '就绪的 GPU 服务器' },
  people: { en: 'People waiting', 'zh-CN': '等待中的用户' },
  success: { en: 'Succeeded in 24 hours', 'zh-CN': '24 小时成功率' },
  gpu: { en: 'GPU time in 24 hours', 'zh-CN': '24 小时 GPU 用时' },
  wait: { en: 'Mean wait in 24 hours', 'zh-CN': '24 小时平均等待' },
  oldest: { en: 'Longest wait', 'zh-CN': '最长等待' },
  pause: { en: 'Pause the queue', 'zh-CN': '暂停队列' },
  resume: { en: 'Resume the queue', 'zh-CN': '恢复队列' },
  perHour: { en: 'Tasks by hour, last 24 hours', 'zh-CN': '每小时任务数（近 24 小时）' },
  bar: {
    en: (count: string, time: string) => `${count} tasks at ${time}`,
    'zh-CN': (count: string, time: string) => `${time}：${count} 个任务`,
  },
  none: {
    en: 'No tasks yet. An hour is added up ten minutes after its end.',
    'zh-CN': '还没有任务。每小时的数据在结束十分钟后汇总。',
  },
});

const refreshMs = 5_000;
const dayMs = 86_400_000;

/** How the platform is, in figures that lead to what they are about. */
export function Dashboard() {
  const now = useResource(async (signal) => {
    const [queue, status, ledger] = await Promise.all([
      api.adminGetQueue({}, { signal }),
      api.getStatus({}, { signal }),
      api.adminCheckLedger({}, { signal }),
    ]);
    return { queue, status, ledger };
  }, []);
  const day = useResource(async (signal) => {
    const to = new Date();
    const from = new Date(to.getTime() - dayMs);
    const query = { span: 'hour' as const, from: from.toISOString(), to: to.toISOString() };
    return sumDay(await api.adminGetStatistics({ query }, { signal }), from);
  }, []);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) now.reload();
    }, refreshMs);
    return () => clearInterval(timer);
  }, [now.reload]);
  const { post, isBusy, error } = usePost(pauseQueue);
  const { value } = now;
  return (
    <div class="admin-stack">
      <PageHead
        title={texts.title}
        actions={
          value && (
            <Button busy={isBusy} onClick={() => void post(!value.queue.paused).then(now.reload)}>
              {value.queue.paused ? texts.resume : texts.pause}
            </Button>
          )
        }
      />
      <PostFailure error={error} />
      {now.state === 'failed' && <LoadFailure error={now.error} onRetry={now.reload} />}
      {now.state === 'loading' && <Skeleton height="96px" />}
      {value && (
        <div class="admin-figures">
          <Figure href="/admin/queue" name={texts.waiting} value={formatNumber(value.queue.queued)} />
          <Figure
            href="/admin/queue"
            name={texts.working}
            value={formatNumber(value.queue.assigned + value.queue.running)}
          />
          <Figure
            href="/admin/servers"
            name={texts.servers}
            value={`${value.status.pool.backendsUp}/${value.status.pool.backends}`}
            isBad={value.status.pool.backendsUp === 0}
          />
          <Figure
            href="/admin/queue"
            name={texts.people}
            value={formatNumber(value.queue.plan?.peopleWaiting ?? 0)}
          />
          <Figure
            href="/admin/queue"
            name={texts.oldest}
            value={formatDuration(
              Math.max(0, ...value.queue.lanes.map(({ oldestSeconds }) => oldestSeconds)),
            )}
          />
        </div>
      )}
      {day.state === 'failed' && <LoadFailure error={day.error} onRetry={day.reload} />}
      {day.value && <DayCard day={day.value} />}
      {value && <LedgerCard check={value.ledger} />}
    </div>
  );
}

async function pauseQueue(paused: boolean): Promise<void> {
  await api.adminPatchQueue({ body: { paused } });
}

interface FigureProps {
  href: string;
  name: string;
  value: string;
  isBad?: boolean;
}

/** A figure that is wrong is red and leads to what mends it. */
const Figure = ({ href, name, value, isBad }: FigureProps) => (
  <a class="admin-figure" href={href} data-tone={isBad ? 'bad' : undefined}>
    <b>{value}</b>
    <span>{name}</span>
  </a>
);

function DayCard({ day }: { day: Day }) {
  const most = Math.max(1, ...day.hours.map(({ tasks }) => tasks));
  return (
    <Card title={texts.perHour}>
      {day.tasks === 0 ? (
        <p class="admin-quiet">{texts.none}</p>
      ) : (
        <div class="admin-bars" role="img" aria-label={`${texts.perHour}: ${formatNumber(day.tasks)}`}>
          {day.hours.map(({ at, tasks }) => (
            <span
              key={at}
              title={texts.bar(formatNumber(tasks), formatTime(at))}
              style={{ blockSize: `${(tasks / most) * 100}%` }}
            />
          ))}
        </div>
      )}
      <div class="admin-figures">
        {day.successShare !== undefined && (
          <Figure href="/admin/overview" name={texts.success} value={formatPercent(day.successShare, 1)} />
        )}
        <Figure href="/admin/servers" name={texts.gpu} value={formatDuration(day.gpuSeconds)} />
        {day.meanWaitSeconds !== undefined && (
          <Figure href="/admin/overview" name={texts.wait} value={formatDuration(day.meanWaitSeconds)} />
        )}
      </div>
    </Card>
  );
}

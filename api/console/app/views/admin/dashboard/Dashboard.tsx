import type { BackupView } from '@star-graph/contract/platform/backups';
import { Skeleton } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Card, Facts, PageHead } from '@star-graph/ui/layout/Card.tsx';
import { formatBytes } from '@star-graph/ui/texts/formats';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { refreshWorkflows } from '../../../data/catalogue.ts';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { useResource } from '../../../data/useResource.ts';
import { useTimer } from '../../../data/useTimer.ts';
import { api } from '../../../session/session.ts';
import { BackupState } from '../BackupState.tsx';
import { PauseButton } from '../queue/PauseButton.tsx';
import { FirstSteps } from './FirstSteps.tsx';
import { type DeskFacts, findGoodBackup, findNeeds } from './findNeeds.ts';
import { HistoryCards } from './HistoryCards.tsx';
import { LedgerCard } from './LedgerCard.tsx';
import { NeedList } from './NeedList.tsx';
import { NowCard } from './NowCard.tsx';
import { SignInsCard } from './SignInsCard.tsx';
import { texts } from './texts.ts';
import './dashboard.css';

const nowMs = 5_000;
const standingMs = 60_000;

const Loading = () => (
  <div class="admin-desk" aria-busy="true">
    <PageHead title={texts.title} />
    {['88px', '72px', '160px', '320px'].map((height) => (
      <Skeleton key={height} height={height} />
    ))}
  </div>
);

/** The desk that one looks at all day: what needs somebody, how it is now, and how it went. */
export function Dashboard() {
  const now = useResource(loadNow, []);
  const standing = useResource(loadStanding, []);
  useTimer(now.reload, nowMs);
  useTimer(standing.reload, standingMs);
  const queue = now.value?.queue;
  // All of it comes at once: what needs somebody stands first, and would push the rest down.
  if (now.state === 'loading' || standing.state === 'loading') return <Loading />;
  return (
    <div class="admin-desk">
      <PageHead
        title={texts.title}
        actions={queue && <PauseButton isPaused={queue.paused} onChanged={now.reload} />}
      />
      {now.state === 'failed' && <LoadFailure error={now.error} onRetry={now.reload} />}
      {standing.state === 'failed' && <LoadFailure error={standing.error} onRetry={standing.reload} />}
      {now.value && standing.value && (
        <FirstSteps facts={{ ...now.value, ...standing.value }} onChanged={now.reload} />
      )}
      {now.value && standing.value && (
        <NeedList needs={findNeeds({ ...now.value, ...standing.value }, new Date())} />
      )}
      {now.value && <NowCard {...now.value} />}
      <HistoryCards />
      {standing.value && (
        <div class="admin-pair">
          <LedgerCard check={standing.value.ledger} />
          <SafetyCard backups={standing.value.backups} />
        </div>
      )}
      {standing.value && <SignInsCard signIns={standing.value.signIns} />}
    </div>
  );
}

/** The way back: the newest backup that is good, as far as anybody looked. */
function SafetyCard({ backups }: { backups: readonly BackupView[] }) {
  const good = findGoodBackup(backups);
  return (
    <Card title={texts.lastBackup} aside={<a href="/admin/backups">{texts.toBackups}</a>}>
      {good ? (
        <Facts
          facts={[
            [texts.backupState, <BackupState key="state" backup={good} />],
            [texts.made, <Time key="made" at={good.startedAt} />],
            [texts.size, good.bytes === undefined ? undefined : formatBytes(good.bytes)],
            [texts.checkedAt, good.checkedAt ? <Time key="checked" at={good.checkedAt} /> : texts.notChecked],
            [texts.place, `${good.host}: ${good.folder}`],
          ]}
        />
      ) : (
        <p class="admin-quiet">{texts.noBackupWords}</p>
      )}
    </Card>
  );
}

const firstPage = { limit: 100 };

/** What moves from second to second. */
async function loadNow(signal: AbortSignal): Promise<Pick<DeskFacts, 'queue' | 'servers'>> {
  const [queue, servers] = await Promise.all([
    api.adminGetQueue({}, { signal }),
    api.adminListBackends({ query: firstPage }, { signal }),
  ]);
  return { queue, servers: servers.items };
}

/** What stands for hours, and is dearer to ask for. */
async function loadStanding(signal: AbortSignal): Promise<Omit<DeskFacts, 'queue' | 'servers'>> {
  const [ledger, backups, users, tasks, ...others] = await Promise.all([
    api.adminCheckLedger({}, { signal }),
    api.adminListBackups({ query: firstPage }, { signal }),
    api.adminListUsers({ query: { limit: 2 } }, { signal }),
    api.adminListTasks({ query: { limit: 1 } }, { signal }),
    api.adminGetSettings({}, { signal }),
    api.adminListReports({ query: { ...firstPage, state: 'open' } }, { signal }),
    api.adminListOrders({ query: { ...firstPage, state: 'mismatched' } }, { signal }),
    api.adminListDeadLetters({ query: firstPage }, { signal }),
    api.adminListSetAsideEvents({}, { signal }),
    api.adminReadFailedSignIns({}, { signal }),
    api.getProfile({}, { signal }),
    refreshWorkflows(),
  ]);
  const [settings, reports, mismatched, undelivered, setAside, signIns, profile] = others;
  return {
    ledger,
    isInUse: users.items.length > 1 || tasks.items.length > 0,
    seenAt: [profile, ...users.items, ...tasks.items].map(({ createdAt }) => createdAt),
    settings,
    signIns,
    backups: backups.items,
    waiting: {
      reports: reports.items.length,
      mismatched: mismatched.items.length,
      undelivered: undelivered.items.length,
      setAside: setAside.items.length,
    },
  };
}

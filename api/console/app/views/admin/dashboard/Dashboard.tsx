import { Skeleton } from '@star-graph/ui/feedback/Skeleton.tsx';
import { PageHead } from '@star-graph/ui/layout/Card.tsx';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { useResource } from '../../../data/useResource.ts';
import { useTimer } from '../../../data/useTimer.ts';
import { PauseButton } from '../queue/PauseButton.tsx';
import './dashboard.css';
import { findNeeds } from './findNeeds.ts';
import { HistoryCards } from './HistoryCards.tsx';
import { LedgerCard } from './LedgerCard.tsx';
import { loadNow, loadStanding } from './loadDesk.ts';
import { NeedList } from './NeedList.tsx';
import { NowCard } from './NowCard.tsx';
import { SafetyCard } from './SafetyCard.tsx';
import { SignInsCard } from './SignInsCard.tsx';
import { texts } from './texts.ts';

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

import { Skeleton } from '../../../../../ui/feedback/Skeleton.tsx';
import { PageHead } from '../../../../../ui/layout/Card.tsx';
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

/** The desk that one looks at all day: what needs somebody, how it is now, and how it went. */
export function Dashboard() {
  const now = useResource(loadNow, []);
  const standing = useResource(loadStanding, []);
  useTimer(now.reload, nowMs);
  useTimer(standing.reload, standingMs);
  const queue = now.value?.queue;
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
      {now.state === 'loading' && <Skeleton height="240px" />}
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

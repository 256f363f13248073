import type { TransferView } from '@star-graph/contract/users/credits';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { SkeletonText } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { LoadMore } from '@star-graph/ui/layout/LoadMore.tsx';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { Coins } from 'lucide';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { translate } from '../../../i18n/translate.ts';
import { background, problemOf } from '../../messaging/rpcClient.ts';
import type { ShownProblem } from '../../runs/problem.ts';
import { ProblemLine } from '../ProblemLine.tsx';

/** Where the credits went and came from, newest first. */
export function Statement() {
  const [transfers, setTransfers] = useState<TransferView[]>();
  const [nextCursor, setNextCursor] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ShownProblem>();
  const load = useCallback(async (cursor?: string) => {
    setBusy(true);
    try {
      const page = await background.listTransfers(cursor);
      setProblem(undefined);
      setTransfers((known = []) => joinPages(cursor ? known : [], page.items));
      setNextCursor(page.nextCursor);
    } catch (error) {
      setProblem(problemOf(error));
    }
    setBusy(false);
  }, []);
  useEffect(() => void load(), [load]);
  return (
    <>
      <ProblemLine problem={problem} />
      {!transfers && !problem && <SkeletonText lines={8} />}
      {transfers?.length === 0 && <EmptyState icon={Coins} title={translate('noTransfers')} />}
      <ul class="statement">
        {transfers?.map((transfer) => (
          <li key={transfer.id}>
            <Stars signed amount={transfer.amount} />
            <span>{translate(`transfer_${transfer.kind.replaceAll('-', '_') as 'partial_capture'}`)}</span>
            <span class="sg-faint sg-small">
              <Time at={transfer.createdAt} />
            </span>
          </li>
        ))}
      </ul>
      <LoadMore
        auto={!problem}
        hasMore={nextCursor !== null}
        busy={isBusy}
        onLoad={() => void load(nextCursor ?? undefined)}
      />
    </>
  );
}

/** A page that was asked for twice is shown once. */
function joinPages(known: TransferView[], page: TransferView[]): TransferView[] {
  const ids = new Set(known.map(({ id }) => id));
  return [...known, ...page.filter(({ id }) => !ids.has(id))];
}

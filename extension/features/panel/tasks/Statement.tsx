import type { TransferView } from '@star-graph/api/contract/users/credits';
import { Time } from '@star-graph/api/ui/texts/Time.tsx';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { translate } from '../../../i18n/translate.ts';
import { background, problemOf } from '../../messaging/rpcClient.ts';
import type { ShownProblem } from '../../problems/problem.ts';
import { ProblemLine } from '../ProblemLine.tsx';
import { More } from './More.tsx';

/** Where the credits went and came from, newest first. */
export function Statement() {
  const [transfers, setTransfers] = useState<TransferView[]>([]);
  const [nextCursor, setNextCursor] = useState<string | null>(null);
  const [problem, setProblem] = useState<ShownProblem>();
  const load = useCallback((cursor?: string) => {
    background.listTransfers(cursor).then(
      (page) => {
        setTransfers((known) => joinPages(cursor ? known : [], page.items));
        setNextCursor(page.nextCursor);
      },
      (error: unknown) => setProblem(problemOf(error)),
    );
  }, []);
  useEffect(() => load(), [load]);
  return (
    <>
      <ProblemLine problem={problem} />
      <ul class="statement">
        {transfers.map((transfer) => (
          <li key={transfer.id}>
            <strong>{transfer.amount > 0 ? `+${transfer.amount}` : transfer.amount}</strong>
            <span>{translate(`transfer_${transfer.kind.replaceAll('-', '_') as 'partial_capture'}`)}</span>
            <span class="faint small">
              <Time at={transfer.createdAt} />
            </span>
          </li>
        ))}
      </ul>
      {nextCursor && <More key={nextCursor} onSeen={() => load(nextCursor)} />}
    </>
  );
}

/** A page that was asked for twice is shown once. */
function joinPages(known: TransferView[], page: TransferView[]): TransferView[] {
  const ids = new Set(known.map(({ id }) => id));
  return [...known, ...page.filter(({ id }) => !ids.has(id))];
}

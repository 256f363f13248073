import type { TransferView } from '@star-graph/contract/users/credits';
import { Graph } from '@star-graph/ui/graphs/Graph.tsx';
import { graphUnits } from '@star-graph/ui/graphs/units';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { useMemo, useRef } from 'preact/hooks';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { useResource } from '../../../data/useResource.ts';
import { api } from '../../../session/session.ts';
import { balance } from '../../../shell/balance.ts';
import { type BalanceHistory, reckonBalances } from './balanceHistory.ts';
import { texts } from './texts.ts';

const periodMs = 30 * 86_400_000;
const pageSize = 100;
/** Whoever moves credits more often sees the newest thousand movements. */
const mostPages = 10;

/** How the balance went in the last month; asked again when it is another, with the last one in view until then. */
export function BalanceGraph() {
  const available = balance.value?.available;
  const loaded = useResource(
    async (signal) => (available === undefined ? undefined : loadHistory(available, signal)),
    [available],
  );
  const last = useRef<BalanceHistory>(undefined);
  if (loaded.value) last.current = loaded.value;
  const history = last.current;
  const series = useMemo(
    () => [{ name: texts.available, values: history?.balances ?? [], shape: 'steps' as const }],
    [history, texts.available],
  );
  return (
    <Card title={texts.lately}>
      {history === undefined && loaded.state === 'failed' ? (
        <LoadFailure error={loaded.error} onRetry={loaded.reload} />
      ) : (
        <Graph label={texts.lately} times={history?.times} series={series} unit={graphUnits.credits} />
      )}
    </Card>
  );
}

async function loadHistory(available: number, signal: AbortSignal): Promise<BalanceHistory> {
  const from = Date.now() - periodMs;
  const movements: TransferView[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const query = { limit: pageSize, ...(cursor && { cursor }) };
    const { items, nextCursor } = await api.listTransfers({ query }, { signal });
    movements.push(...items);
    cursor = nextCursor ?? undefined;
    const last = items.at(-1);
    if (cursor === undefined || !last || Date.parse(last.createdAt) < from) break;
  }
  return reckonBalances(movements, { available, time: Date.now() }, from);
}

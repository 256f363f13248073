import type { RentalListView } from '@star-graph/contract/admin/poolAgents';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { Card, Facts } from '@star-graph/ui/layout/Card.tsx';
import { type Column, Table } from '@star-graph/ui/layout/Table.tsx';
import { formatDuration, formatNumber } from '@star-graph/ui/texts/formats';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { useMemo } from 'preact/hooks';
import { useResource } from '../../../data/useResource.ts';
import { useTimer } from '../../../data/useTimer.ts';
import { api } from '../../../session/session.ts';
import { rentalTexts as texts } from './rentalTexts.ts';

type Decision = NonNullable<RentalListView['decision']>;
type Rental = RentalListView['items'][number];

const refreshMs = 10_000;

/** GPU servers by the hour: what runs, what it costs, and why. Nothing where none are rented. */
export function RentedServers() {
  const list = useResource((signal) => api.adminListRentals({}, { signal }), []);
  useTimer(list.reload, refreshMs);
  const columns = useRentalColumns();
  const { decision, items = [] } = list.value ?? {};
  if (!decision) return null;
  return (
    <Card title={texts.title} class="rented">
      <div class="admin-stack">
        <Why decision={decision} />
        {items.length > 0 && (
          <Table label={texts.title} columns={columns} rows={items} rowKey={({ id }) => id} />
        )}
      </div>
    </Card>
  );
}

function Why({ decision }: { decision: Decision }) {
  const { why, fault, waitingSeconds, oldestSeconds, worth, standing, spentToday, budgetPerDay } = decision;
  const isBad = why === 'provider-away' || why === 'no-offer' || why === 'resting';
  return (
    <>
      <p class={isBad ? 'admin-bad' : undefined}>{texts[why]}</p>
      {fault !== undefined && (
        <p class="admin-note" data-tone="bad" dir="auto">
          {fault}
        </p>
      )}
      <Facts
        facts={[
          [texts.spent, texts.spentOf(money(spentToday), money(budgetPerDay))],
          [texts.waits, waitingSeconds === 0 ? texts.nothing : formatDuration(waitingSeconds)],
          [texts.oldest, waitingSeconds === 0 ? undefined : formatDuration(oldestSeconds)],
          [texts.worth, worth === 0 ? undefined : texts.worthOf(worth, standing)],
          [texts.next, decision.offer === undefined ? undefined : texts.anHour(money(decision.offer))],
          ...decision.lack.map(
            ({ models, tasks, seconds }) => [models, texts.lackOf(tasks, formatDuration(seconds))] as const,
          ),
        ]}
      />
    </>
  );
}

const money = (dollars: number): string => `$${formatNumber(dollars, 2)}`;

const tones = { serving: 'good', ended: 'plain' } as const;

function useRentalColumns() {
  return useMemo(
    (): Column<Rental>[] => [
      {
        key: 'name',
        title: texts.machine,
        cell: ({ name, backendId }) =>
          backendId === undefined ? name : <a href={`/admin/servers?id=${backendId}`}>{name}</a>,
      },
      {
        key: 'state',
        title: texts.state,
        cell: ({ state, fault }) => (
          <div class="admin-state">
            <Chip tone={state === 'serving' || state === 'ended' ? tones[state] : 'warn'}>
              {texts[state === 'starting' ? 'ordered' : state]}
            </Chip>
            {fault !== undefined && <span dir="auto">{fault}</span>}
          </div>
        ),
      },
      {
        key: 'cost',
        title: texts.cost,
        cell: ({ cost, pricePerHour }) => `${money(cost)} · ${texts.anHour(money(pricePerHour))}`,
      },
      { key: 'since', title: texts.since, wideOnly: true, cell: ({ createdAt }) => <Time at={createdAt} /> },
      {
        key: 'tasks',
        title: texts.tasks,
        wideOnly: true,
        cell: ({ tasks }) => (tasks === undefined ? '' : formatNumber(tasks)),
      },
    ],
    [texts.machine],
  );
}

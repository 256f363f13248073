import { useSignal } from '@preact/signals';
import { Chip } from '../feedback/Chip.tsx';
import { Stars } from '../feedback/Stars.tsx';
import { StateChip } from '../feedback/StateChip.tsx';
import { Graph } from '../graphs/Graph.tsx';
import { graphUnits } from '../graphs/units.ts';
import { Card } from '../layout/Card.tsx';
import { FilterChips } from '../layout/FilterChips.tsx';
import { LoadMore } from '../layout/LoadMore.tsx';
import { type Column, Table } from '../layout/Table.tsx';
import { Tabs } from '../layout/Tabs.tsx';
import { formatDuration } from '../texts/formats.ts';

interface Person {
  id: string;
  name: string;
  state: 'queued' | 'running' | 'succeeded' | 'failed';
  credits: number;
  seconds: number;
}

const people: Person[] = [
  { id: '1', name: 'ada', state: 'running', credits: 96, seconds: 140 },
  { id: '2', name: 'שלום‮<script>', state: 'queued', credits: 4, seconds: 12 },
  { id: '3', name: 'grace', state: 'succeeded', credits: 1_200, seconds: 3_800 },
  {
    id: '4',
    name: 'A very long name that somebody chose for reasons of their own',
    state: 'failed',
    credits: 0,
    seconds: 0,
  },
];

const columns: Column<Person>[] = [
  { key: 'name', title: 'Name', cell: ({ name }) => <bdi>{name}</bdi>, sortBy: ({ name }) => name },
  { key: 'state', title: 'State', cell: ({ state }) => <StateChip state={state} /> },
  { key: 'role', title: 'Role', cell: () => <Chip>User</Chip>, wideOnly: true },
  {
    key: 'seconds',
    title: 'GPU time',
    align: 'end',
    cell: ({ seconds }) => formatDuration(seconds),
    sortBy: ({ seconds }) => seconds,
  },
  {
    key: 'credits',
    title: 'Credits',
    align: 'end',
    cell: ({ credits }) => <Stars amount={credits} />,
    sortBy: ({ credits }) => credits,
  },
];

const week = Array.from({ length: 28 }, (_, day) => Date.UTC(2026, 10, 1 + day));
const balances = week.map((_, day) => Math.max(0, 96 - day * 7 + (day > 10 ? 140 : 0)));
const waits = week.map((_, day) => (day === 9 ? null : 20 + Math.round(Math.abs(Math.sin(day)) * 240)));
const days = week.slice(-8);

const Graphs = () => (
  <>
    <Card title="Balance">
      <Graph
        label="Balance"
        times={week}
        series={[{ name: 'To spend', values: balances, shape: 'steps' }]}
        unit={graphUnits.credits}
        grain="day"
      />
    </Card>
    <Card title="Wait">
      <Graph
        label="Wait"
        times={week}
        series={[
          { name: 'Longest', values: waits, tone: 'warn' },
          { name: 'Median', values: waits.map((wait) => wait && wait / 3) },
        ]}
        unit={graphUnits.duration}
      />
    </Card>
    <Card title="Tasks a day">
      <Graph
        label="Tasks a day"
        times={days}
        series={[{ name: 'Done', values: days.map((_, day) => day % 5), tone: 'good', shape: 'bars' }]}
        unit={graphUnits.count}
        grain="day"
      />
    </Card>
    <Card title="Loading">
      <Graph label="Nothing yet" times={undefined} series={[]} unit={graphUnits.share} />
    </Card>
  </>
);

export function Layouts() {
  const tab = useSignal('people');
  const states = useSignal<string[]>(['queued']);
  const open = useSignal<string | undefined>(undefined);
  return (
    <div class="showcase-whole showcase-stack">
      <FilterChips
        label="State"
        values={states.value}
        onChange={(values) => (states.value = values)}
        options={[
          { value: 'queued', label: 'Waiting', count: 3 },
          { value: 'running', label: 'Working', count: 1 },
          { value: 'failed', label: 'Failed' },
        ]}
      />
      <Tabs
        label="Lists"
        value={tab.value}
        onChange={(value) => (tab.value = value)}
        items={[
          {
            value: 'people',
            label: 'People',
            count: people.length,
            content: () => (
              <Card flush>
                <Table
                  label="People"
                  columns={columns}
                  rows={people}
                  rowKey={({ id }) => id}
                  openKey={open.value}
                  onOpen={({ id }) => (open.value = id)}
                />
              </Card>
            ),
          },
          {
            value: 'loading',
            label: 'Loading',
            content: () => (
              <Table label="People" columns={columns} rows={undefined} rowKey={({ id }) => id} />
            ),
          },
        ]}
      />
      <div class="showcase-parts">
        <Graphs />
      </div>
      <LoadMore hasMore busy={false} onLoad={() => undefined} />
    </div>
  );
}

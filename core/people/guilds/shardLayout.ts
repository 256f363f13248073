/*
 * Which process of a Discord bot has which shard. Every process reports every few seconds; what the reports say becomes
 * the next layout, which is a pure function of the last one, the report and the time.
 *
 * - A process whose lease is over has vanished: its shards are free, and go to those that report.
 * - A shard that has an owner may go to a process that has two fewer. The new owner connects at once, the old one leaves
 *   with its next report: meanwhile both hear what comes, and Discord takes one answer.
 * - Where nobody has reported for a whole lease, the platform was away and not the bots: their leases begin anew.
 * - Discord lets a bot begin one session in five seconds for each of its buckets, in all processes together.
 */

export interface ShardLayout {
  reportedAtMs: number;
  processes: Record<string, BotProcess>;
  /** By their numbers. */
  shards: Shard[];
}

interface BotProcess {
  /** Where it runs, for operators. */
  name: string;
  leaseUntilMs: number;
}

interface Shard {
  process: string | null;
  givenAtMs: number;
}

export interface ShardReport {
  /** Of this start: another start is another process. */
  process: string;
  name: string;
  /** How many shards Discord advises. Those that run already decide. */
  count: number;
  /** How many sessions Discord lets begin at once. */
  concurrency: number;
  isLeaving: boolean;
}

export const shardLeaseMs = 15_000;
const identifyMs = 5_500;

export function layOutShards(
  known: ShardLayout | undefined,
  report: ShardReport,
  nowMs: number,
): ShardLayout {
  const wasAway = known !== undefined && nowMs - known.reportedAtMs > shardLeaseMs;
  const processes: Record<string, BotProcess> = {};
  for (const [id, { name, leaseUntilMs }] of Object.entries(known?.processes ?? {}))
    if (wasAway) processes[id] = { name, leaseUntilMs: nowMs + shardLeaseMs };
    else if (leaseUntilMs > nowMs || id === report.process) processes[id] = { name, leaseUntilMs };
  const hasOthers = Object.keys(processes).some((id) => id !== report.process);
  const isFirst = !known || (!hasOthers && shardsOf(known, report.process).length === 0);
  if (report.isLeaving) delete processes[report.process];
  else processes[report.process] = { name: report.name, leaseUntilMs: nowMs + shardLeaseMs };
  const free = { process: null, givenAtMs: 0 };
  const before = isFirst ? Array.from({ length: report.count }, () => free) : known.shards;
  const shards = before.map(({ process, givenAtMs }) => ({
    process: process !== null && processes[process] ? process : null,
    givenAtMs,
  }));
  if (!report.isLeaving) give({ processes, shards }, report, nowMs);
  return { reportedAtMs: nowMs, processes, shards };
}

/** The processes that run, with what each has. */
export const livingProcesses = (layout: ShardLayout, nowMs: number): { name: string; shards: number[] }[] =>
  Object.entries(layout.processes)
    .filter(([, { leaseUntilMs }]) => leaseUntilMs > nowMs)
    .map(([id, { name }]) => ({ name, shards: shardsOf(layout, id) }));

/** The shards of a process. */
export const shardsOf = ({ shards }: Pick<ShardLayout, 'shards'>, process: string | null): number[] =>
  shards.flatMap((shard, id) => (shard.process === process ? [id] : []));

/** Gives the process its share: first of what is free, then of those that have most. */
function give(
  layout: Pick<ShardLayout, 'processes' | 'shards'>,
  { process, concurrency }: ShardReport,
  nowMs: number,
): void {
  const { processes, shards } = layout;
  const busy = new Set(
    shards.flatMap(({ givenAtMs }, id) => (givenAtMs > nowMs - identifyMs ? [id % concurrency] : [])),
  );
  const take = (ids: readonly number[]): boolean => {
    const id = ids.find((one) => !busy.has(one % concurrency));
    if (id === undefined) return false;
    busy.add(id % concurrency);
    shards[id] = { process, givenAtMs: nowMs };
    return true;
  };
  const own = () => shardsOf(layout, process).length;
  const share = Math.ceil(shards.length / Object.keys(processes).length);
  while (own() < share && take(shardsOf(layout, null)));
  const richest = () =>
    Object.keys(processes)
      .map((id) => shardsOf(layout, id))
      .toSorted((a, b) => b.length - a.length)[0] ?? [];
  while (shardsOf(layout, null).length === 0 && richest().length - own() >= 2 && take(richest()));
}

import type { Decide, Decision, FileSet, Job, PoolView, ServerView } from '../pool.ts';

const isIdle = ({ orders }: ServerView): boolean => orders.length === 0;

export const isWarmFor = ({ loaded }: ServerView, { set }: Job): boolean => loaded?.key === set.key;

/** A rule for one idle server at a time. It gets the pool as its decisions so far left it. */
export function forEachIdle(
  choose: (server: ServerView, pool: PoolView) => { server: ServerView; job: Job } | undefined,
  onGiven: (job: Job, server: ServerView) => void = () => undefined,
): Decide {
  return ({ nowSeconds, waiting, servers }) => {
    const left = new Set(waiting);
    const idle = new Set(servers.filter(isIdle));
    const decisions: Decision[] = [];
    for (const server of idle) {
      if (left.size === 0) break;
      const pool = { nowSeconds, waiting: [...left], servers: [...idle] };
      const chosen = choose(server, pool);
      if (!chosen) continue;
      left.delete(chosen.job);
      idle.delete(chosen.server);
      onGiven(chosen.job, chosen.server);
      decisions.push({ server: chosen.server.id, job: chosen.job });
    }
    return { decisions };
  };
}

/** How many jobs want each set, with an example of the set. */
export function countWanted(jobs: readonly Job[]): Map<string, { set: FileSet; count: number; first: Job }> {
  const wanted = new Map<string, { set: FileSet; count: number; first: Job }>();
  for (const job of jobs) {
    const one = wanted.get(job.set.key) ?? { set: job.set, count: 0, first: job };
    wanted.set(job.set.key, { ...one, count: one.count + 1 });
  }
  return wanted;
}

import { type Policy, swapSeconds } from '../pool.ts';

/** Each job goes at once where it begins soonest, loading included. */
export const leastLoadedWarm: Policy = {
  name: 'least loaded + warm',
  create: () => (pool) => {
    const [job] = pool.waiting;
    const [server] = job
      ? pool.servers.toSorted(
          (a, b) =>
            a.freeInSeconds +
            swapSeconds(job.set, a.loaded) -
            b.freeInSeconds -
            swapSeconds(job.set, b.loaded),
        )
      : [];
    return { decisions: job && server ? [{ server: server.id, job }] : [] };
  },
};

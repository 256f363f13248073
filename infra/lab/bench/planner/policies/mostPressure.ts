import type { Job, Policy, ServerView } from '../pool.ts';
import { countWanted, forEachIdle, isWarmFor } from './idle.ts';

/** The oldest job for what the server has loaded; without one, the oldest of those whose set most jobs want. */
export function chooseByPressure(server: ServerView, waiting: readonly Job[]): Job | undefined {
  const warm = waiting.find((job) => isWarmFor(server, job));
  if (warm) return warm;
  return [...countWanted(waiting).values()].sort((a, b) => b.count - a.count)[0]?.first;
}

export const mostPressure: Policy = {
  name: 'warm first, then most pressure',
  create: () =>
    forEachIdle((server, { waiting }) => {
      const job = chooseByPressure(server, waiting);
      return job && { server, job };
    }),
};

import type { Job, Policy } from '../pool.ts';
import { forEachIdle, isWarmFor } from './idle.ts';

/**
 * Hatchet's: a group for each person, in turns, one job a turn. The job goes to the idle worker that ranks highest,
 * which is one that has its set loaded.
 */
export const groupRoundRobin: Policy = {
  name: 'group round robin, ranked affinity',
  create() {
    /** Who had a turn, the longest ago first. */
    const turns = new Map<string, number>();
    let turn = 0;
    return forEachIdle(
      (_, { waiting, servers }) => {
        const lastTurn = ({ person }: Job) => turns.get(person) ?? -1;
        const [job] = waiting.toSorted((a, b) => lastTurn(a) - lastTurn(b));
        if (!job) return undefined;
        const server = servers.find((one) => isWarmFor(one, job)) ?? servers[0];
        return server && { server, job };
      },
      ({ person }) => turns.set(person, turn++),
    );
  },
};

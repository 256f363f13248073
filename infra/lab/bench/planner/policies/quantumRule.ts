import { type Job, type Policy, swapSeconds } from '../pool.ts';
import { countWanted, forEachIdle, isWarmFor } from './idle.ts';

const quantumSeconds = 600;

/**
 * A counter of GPU-seconds for each person, lifted to the least of the active ones on return. Who is within the
 * quantum of the least is eligible. First what is loaded, least served first; else the set that the eligible want
 * most, divided by the servers that have it, in the place of the set that fewest want.
 */
export const quantumRule: Policy = {
  name: 'quantum rule',
  create() {
    const served = new Map<string, number>();
    let active = new Set<string>();
    const servedOf = ({ person }: Job) => served.get(person) ?? 0;

    /** Lifts who came back. */
    function lift(waiting: readonly Job[]): void {
      const now = new Set(waiting.map(({ person }) => person));
      const stayed = [...now].filter((person) => active.has(person)).map((person) => served.get(person) ?? 0);
      const least = stayed.length > 0 ? Math.min(...stayed) : 0;
      for (const person of now)
        if (!active.has(person)) served.set(person, Math.max(served.get(person) ?? 0, least));
      active = now;
    }

    const decide = forEachIdle(
      (asked, { waiting, servers }) => {
        const least = Math.min(...waiting.map(servedOf));
        const eligible = waiting.filter((job) => servedOf(job) <= least + quantumSeconds);
        const leastServed = (jobs: readonly Job[]) => jobs.toSorted((a, b) => servedOf(a) - servedOf(b))[0];
        for (const server of [asked, ...servers]) {
          const job = leastServed(eligible.filter((one) => isWarmFor(server, one)));
          if (job) return { server, job };
        }
        const wanted = countWanted(eligible);
        const having = (key: string) => servers.filter(({ loaded }) => loaded?.key === key).length;
        const [most] = [...wanted.values()].sort(
          (a, b) => b.count / (1 + having(b.set.key)) - a.count / (1 + having(a.set.key)),
        );
        const job = most && leastServed(eligible.filter(({ set }) => set.key === most.set.key));
        const all = countWanted(waiting);
        const wantedThere = (key: string | undefined) => (key === undefined ? 0 : (all.get(key)?.count ?? 0));
        const [server] = servers.toSorted((a, b) => wantedThere(a.loaded?.key) - wantedThere(b.loaded?.key));
        return job && server && { server, job };
      },
      (job, server) =>
        served.set(
          job.person,
          servedOf(job) + swapSeconds(job.set, server.loaded) + job.runSeconds / server.speed,
        ),
    );
    return (pool) => {
      lift(pool.waiting);
      return decide(pool);
    };
  },
};

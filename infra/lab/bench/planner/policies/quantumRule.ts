import { type Job, type Policy, swapSeconds } from '../pool.ts';
import { countWanted, forEachIdle, isWarmFor } from './idle.ts';

/** People of a small backlog wait: then this quantum counts, else the wide one. */
const [narrow, wide] = [400, 1_200];
/** A backlog of so many GPU-seconds is small. */
const smallBacklog = (servers: number) => Math.max(400, 50 * servers);

/**
 * A counter of GPU-seconds for each person, lifted to the least of the active ones on return. Whose own waiting work
 * is small is always eligible; others are within a quantum of the least. First what is loaded, least served first;
 * else the set that the eligible want most, divided by the servers that have it, in the place of the set that fewest
 * want.
 */
export const quantumRule: Policy = {
  name: 'quantum rule',
  create() {
    const served = new Map<string, number>();
    let active = new Set<string>();
    let poolSize = 0;
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
        const backlogs = new Map<string, number>();
        for (const { person, runSeconds } of waiting)
          backlogs.set(person, (backlogs.get(person) ?? 0) + runSeconds);
        const most = smallBacklog(poolSize);
        const isSmall = (person: string) => (backlogs.get(person) ?? 0) <= most;
        const quantum = [...backlogs.values()].some((seconds) => seconds <= most) ? narrow : wide;
        const eligible = waiting.filter((job) => isSmall(job.person) || servedOf(job) <= least + quantum);
        const leastServed = (jobs: readonly Job[]) => jobs.toSorted((a, b) => servedOf(a) - servedOf(b))[0];
        for (const server of [asked, ...servers]) {
          const job = leastServed(eligible.filter((one) => isWarmFor(server, one)));
          if (job) return { server, job };
        }
        const wanted = countWanted(eligible);
        const having = (key: string) => servers.filter(({ loaded }) => loaded?.key === key).length;
        const [wantedMost] = [...wanted.values()].sort(
          (a, b) => b.count / (1 + having(b.set.key)) - a.count / (1 + having(a.set.key)),
        );
        const job = wantedMost && leastServed(eligible.filter(({ set }) => set.key === wantedMost.set.key));
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
      poolSize = pool.servers.length;
      lift(pool.waiting);
      return decide(pool);
    };
  },
};

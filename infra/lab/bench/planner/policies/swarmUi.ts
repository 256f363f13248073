import type { Decision, FileSet, Job, Policy, ServerView } from '../pool.ts';

/** A backend takes one request beside the one it works on, as its default setting says. */
const mostUsages = 2;
const youngestPressureSeconds = 1.5;
const pollSeconds = 1;
const secondsPerRequest = 10;

/**
 * SwarmUI at 062407c, `BackendHandler.cs`: requests are tried in the order of their arrival. One takes a server that
 * has its model and room. One without such a server adds to the pressure of its model, and the model with the highest
 * pressure (ten for each request and one for each second of the first) is loaded on a server with room that has
 * another model, unused ones first, the one whose last work ended first before others. A model that loads is not loaded
 * elsewhere at the same time, and a server that is to load takes nothing until then.
 */
export const swarmUi: Policy = {
  name: 'SwarmUI',
  create() {
    return ({ nowSeconds, waiting, servers }) => {
      const decisions: Decision[] = [];
      const used = new Map(servers.map(({ id, orders }) => [id, orders.length]));
      const isLoading = ({ orders }: ServerView) => orders.some((order) => 'load' in order);
      const loading = new Set(
        servers.flatMap(({ orders }) => orders.flatMap((order) => ('load' in order ? [order.load.key] : []))),
      );
      const reserved = new Set(servers.filter(isLoading).map(({ id }) => id));
      const pressures = listPressures(waiting);
      const usedOf = ({ id }: ServerView) => used.get(id) ?? 0;
      const listAvailable = () =>
        servers
          .filter((server) => !reserved.has(server.id) && usedOf(server) < mostUsages)
          .sort((a, b) => usedOf(a) - usedOf(b));
      const loadHighest = () => {
        const available = listAvailable();
        const [highest] = pressures
          .filter(({ set }) => !loading.has(set.key))
          .sort((a, b) => weigh(b, nowSeconds) - weigh(a, nowSeconds));
        if (!highest || available.length === 0) return;
        const isYoung = nowSeconds - highest.sinceSeconds <= youngestPressureSeconds;
        if (isYoung && available.length > 1) return;
        const without = available.filter(({ loaded }) => loaded?.key !== highest.set.key);
        const unused = without.filter((server) => usedOf(server) === 0);
        const [chosen] = (unused.length > 0 ? unused : without).sort(
          (a, b) => (a.idleSince ?? nowSeconds) - (b.idleSince ?? nowSeconds),
        );
        if (!chosen) return;
        loading.add(highest.set.key);
        reserved.add(chosen.id);
        decisions.push({ server: chosen.id, load: highest.set });
      };
      for (const job of waiting) {
        if (listAvailable().length === 0) break;
        const warm = listAvailable().find(({ loaded }) => loaded?.key === job.set.key);
        if (!warm) {
          loadHighest();
          continue;
        }
        used.set(warm.id, usedOf(warm) + 1);
        decisions.push({ server: warm.id, job });
      }
      return { decisions, askAgainInSeconds: waiting.length > 0 ? pollSeconds : Number.POSITIVE_INFINITY };
    };
  },
};

interface Pressure {
  set: FileSet;
  count: number;
  sinceSeconds: number;
}

function listPressures(waiting: readonly Job[]): Pressure[] {
  const pressures = new Map<string, Pressure>();
  for (const { set, atSeconds } of waiting) {
    const one = pressures.get(set.key) ?? { set, count: 0, sinceSeconds: atSeconds };
    pressures.set(set.key, { ...one, count: one.count + 1 });
  }
  return [...pressures.values()];
}

const weigh = ({ count, sinceSeconds }: Pressure, nowSeconds: number): number =>
  count * secondsPerRequest + Math.floor(nowSeconds - sinceSeconds);

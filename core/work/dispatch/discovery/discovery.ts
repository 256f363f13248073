import type { Logger } from 'pino';
import type { Database } from '../../../ground/db/connect.ts';
import { Backend } from '../../../ground/db/models/backend.ts';
import type { WakeSignals } from '../../../ground/redis/wakeSignals.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { startLoop } from '../../../ground/runtime/loop.ts';
import { defineCounter } from '../../../ground/telemetry/define.ts';
import type { LeaderFence } from '../../tasks/leaderFence.ts';
import type { Leadership } from '../leader/leadership.ts';
import { applyFound } from './applyFound.ts';
import type { Found, Source } from './source.ts';

export interface DiscoveryConfig {
  sources: readonly Source[];
  intervalMs: number;
  /** How long a backend may be missing before it is removed. */
  graceMs: number;
}

interface Deps {
  database: Database;
  clock: Clock;
  logger: Logger;
  leadership: Pick<Leadership, 'held'>;
  wakeSignals: Pick<WakeSignals, 'send'>;
}

/** An empty answer counts from the third in a row: a name server that has just started may know nothing yet. */
const emptyAnswers = 3;

const failedFinds = defineCounter({
  name: 'star_graph_discovery_failures_total',
  help: 'Questions to a source of GPU servers that had no answer while this dispatcher led',
});

/** What this leader remembers of a source; the next one begins anew, and is as patient. */
interface Memory {
  empties: number;
  /** What was logged, so that it is logged once. */
  told: string;
}

/**
 * If this dispatcher leads, asks the sources again and again, and makes the pool match what they find.
 * @param config undefined: there are no sources, and the pool is left alone.
 */
export function startDiscovery(deps: Deps, config: DiscoveryConfig | undefined): { stop(): Promise<void> } {
  if (!config) return { stop: async () => undefined };
  const stopping = new AbortController();
  let memories = new Map<string, Memory>();
  const options = { name: 'discovery', intervalMs: config.intervalMs };
  const loop = startLoop(deps, options, async () => {
    const leader = deps.leadership.held;
    if (!leader) {
      memories = new Map();
      return;
    }
    const rounds = config.sources.map((source) =>
      follow(deps, config, leader, {
        source,
        memory: remember(memories, source.name),
        signal: stopping.signal,
      }),
    );
    await Promise.all([...rounds, leaveUnnamed(deps, config, leader)]);
  });
  return {
    async stop() {
      stopping.abort();
      await loop.stop();
    },
  };
}

function remember(memories: Map<string, Memory>, name: string): Memory {
  const memory = memories.get(name) ?? { empties: 0, told: '' };
  memories.set(name, memory);
  return memory;
}

/** What cannot be asked changes nothing: the pool stays as it was last known. */
async function follow(
  deps: Deps,
  { graceMs }: DiscoveryConfig,
  leader: LeaderFence,
  { source, memory, signal }: { source: Source; memory: Memory; signal: AbortSignal },
): Promise<void> {
  const { name } = source;
  let found: Found;
  try {
    found = await source.find(signal);
  } catch (error) {
    if (signal.aborted) return;
    failedFinds.inc();
    const sentence = 'a source of GPU servers does not answer: those that it found stay in the pool';
    tell(
      deps,
      memory,
      `fault ${error instanceof Error ? error.message : error}`,
      { err: error, source: name },
      sentence,
    );
    return;
  }
  const isEmpty = found.urls.length === 0 && found.leaving.length === 0;
  memory.empties = isEmpty ? memory.empties + 1 : 0;
  if (isEmpty && memory.empties < emptyAnswers) return;
  const applied = await applyFound(deps, leader, name, found, graceMs);
  if (!applied) return;
  if (applied.changed > 0) deps.wakeSignals.send('backends');
  const { removedByHand } = applied;
  const { refused } = found;
  const kept = [...removedByHand, ...refused].sort().join();
  const sentence =
    'a source names GPU servers that stay out of the pool: an administrator removed them (POST /api/admin/backends takes one back), or no server can be at these addresses';
  if (kept === '') memory.told = '';
  else tell(deps, memory, `kept out ${kept}`, { source: name, removedByHand, refused }, sentence);
}

function tell(deps: Deps, memory: Memory, what: string, facts: object, sentence: string): void {
  if (memory.told === what) return;
  memory.told = what;
  deps.logger.warn(facts, sentence);
}

/** Backends of sources that the setting names no more go like missing ones: an older process may lead again. */
async function leaveUnnamed(
  deps: Deps,
  { sources, graceMs }: DiscoveryConfig,
  leader: LeaderFence,
): Promise<void> {
  const rows = await Backend.query(deps.database)
    .distinct('discoveredBy')
    .whereNotNull('discoveredBy')
    .whereNull('removedAt');
  for (const { discoveredBy } of rows) {
    if (discoveredBy === null || sources.some(({ name }) => name === discoveredBy)) continue;
    const applied = await applyFound(deps, leader, discoveredBy, { urls: [], leaving: [] }, graceMs);
    if (applied && applied.changed > 0) deps.wakeSignals.send('backends');
  }
}

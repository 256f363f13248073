import type { Logger } from 'pino';
import type { Database } from '../../../ground/db/connect.ts';
import type { Redis } from '../../../ground/redis/createRedis.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { type Loop, startLoop } from '../../../ground/runtime/loop.ts';
import { publishPublicMessage } from '../../events/publicMessages.ts';
import { readPoolSummary } from '../../tasks/queueState.ts';
import type { Leadership } from './leadership.ts';

const intervalMs = 2_000;
/** While nothing changes; a new task, a free slot and another pool end the rest. */
const idleIntervalMs = 10_000;

/** If this dispatcher leads, publishes the state of the pool: at once, then when it changes. */
export function startPoolStatePublisher(deps: {
  database: Database;
  clock: Clock;
  logger: Logger;
  redis: Redis;
  prefix: string;
  leadership: Pick<Leadership, 'leads'>;
}): Pick<Loop, 'stir' | 'stop'> {
  let told: string | undefined;
  return startLoop(deps, { name: 'pool news', intervalMs, idleIntervalMs }, async () => {
    if (!deps.leadership.leads) {
      told = undefined;
      return undefined;
    }
    const data = await readPoolSummary(deps);
    const text = JSON.stringify(data);
    if (text === told) return data.queuedTasks + data.runningTasks === 0 ? 'idle' : undefined;
    // A message that Redis did not take is sent again in the next round.
    if (await publishPublicMessage(deps, { type: 'pool_state', data: { ...data } })) told = text;
    return undefined;
  });
}

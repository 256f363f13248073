import type { Logger } from 'pino';
import type { Database } from '../../db/connect.ts';
import { publishPublicMessage } from '../../events/live/publicMessages.ts';
import type { Redis } from '../../redis/createRedis.ts';
import type { Clock } from '../../runtime/clock.ts';
import { type Loop, startLoop } from '../../runtime/loop.ts';
import { readPoolSummary } from '../../tasks/queueState.ts';
import type { Leadership } from './leadership.ts';

const intervalMs = 2_000;

/** Tells everybody who listens how the pool stands, where this dispatcher leads: at once, then when it changed. */
export function startPoolStatePublisher(deps: {
  database: Database;
  clock: Clock;
  logger: Logger;
  redis: Redis;
  prefix: string;
  leadership: Pick<Leadership, 'leads'>;
}): Pick<Loop, 'stop'> {
  let told: string | undefined;
  return startLoop(deps, { name: 'pool news', intervalMs }, async () => {
    if (!deps.leadership.leads) {
      told = undefined;
      return;
    }
    const data = await readPoolSummary(deps);
    const text = JSON.stringify(data);
    if (text === told) return;
    // What Redis did not take is told in the next round.
    if (await publishPublicMessage(deps, { type: 'pool_state', data: { ...data } })) told = text;
  });
}

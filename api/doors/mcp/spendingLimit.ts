import { Problem } from '@star-graph/core/ground/errors';
import type { ApiContext } from '../../apiContext.ts';
import type { DoorDeps } from '../doorDeps.ts';

/** What a client's own settings allow its key to spend a day. */
const spendingHeader = 'star-graph-credits-per-day';

/**
 * The protocol has no sessions that could have a limit: what a client is told apart by is its key, and a day is as long
 * as a session lasts. The lower of the operator's limit and the client's own counts, beside that of the key itself.
 * @throws Problem `invalid-params`.
 */
export async function readSpendingLimit(
  { settings }: Pick<DoorDeps, 'settings'>,
  ctx: ApiContext,
): Promise<number | undefined> {
  const { MCP_CREDITS_PER_DAY: ofAll } = await settings.read();
  const given = ctx.get(spendingHeader);
  if (given === '') return ofAll === 0 ? undefined : ofAll;
  if (!/^\d{1,9}$/.test(given))
    throw new Problem('invalid-params', 'Star-Graph-Credits-Per-Day has to be a whole number of credits.');
  if (ctx.state.caller?.kind !== 'key')
    throw new Problem('invalid-params', 'Star-Graph-Credits-Per-Day limits an API key. Send one as Bearer.');
  return ofAll === 0 ? Number(given) : Math.min(ofAll, Number(given));
}

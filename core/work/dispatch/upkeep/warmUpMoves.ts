import type { Database } from '../../../ground/db/connect.ts';
import { WarmUp, type WarmUpState } from '../../../ground/db/models/warmUp.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import type { Ownership } from '../lease.ts';

type Known = Pick<WarmUp, 'requestId' | 'state' | 'lost'>;

/** The moves that an owner makes with the warm-up of its backend: see `WarmUpState`. */
export interface WarmUpMoves {
  /** From `waiting`, while the backend has no task and no recycle. @returns whether it did. */
  post(warmUp: Known, promptId: string): Promise<boolean>;
  /** From `posted`: its prompt is not on the backend. */
  wait(warmUp: Known, lost?: number): Promise<boolean>;
  end(warmUp: Known, fault?: string): Promise<boolean>;
}

/**
 * No recycle begins at the same moment, as it writes the row that is locked here. An assignment may: then the owner takes
 * its slot in, and the warm-up gives way.
 */
const isFree = `EXISTS (SELECT 1 FROM backends WHERE id = ? AND owner = ? AND epoch = ? AND recycle_state IS NULL
  LOCK IN SHARE MODE) AND NOT EXISTS (SELECT 1 FROM slots WHERE slots.backend_id = warm_ups.backend_id)`;
const isOwned = 'EXISTS (SELECT 1 FROM backends WHERE id = ? AND owner = ? AND epoch = ? LOCK IN SHARE MODE)';

export function createWarmUpMoves(
  deps: { database: Database; clock: Clock },
  owner: string,
  { backendId, epoch }: Ownership,
): WarmUpMoves {
  async function move(
    { requestId }: Known,
    from: WarmUpState,
    condition: string,
    patch: Partial<WarmUp>,
  ): Promise<boolean> {
    const moved = await WarmUp.query(deps.database)
      .findById(backendId)
      .where({ requestId, state: from })
      .whereRaw(condition, [backendId, owner, epoch])
      .patch({ ...patch, since: deps.clock.now() });
    return moved === 1;
  }
  return {
    post: (warmUp, promptId) => move(warmUp, 'waiting', isFree, { state: 'posted', promptId }),
    wait: (warmUp, lost = warmUp.lost) => move(warmUp, 'posted', isOwned, { state: 'waiting', lost }),
    end: (warmUp, fault) =>
      move(warmUp, warmUp.state, isOwned, {
        state: fault === undefined ? 'done' : 'failed',
        fault: fault?.slice(0, 500) ?? null,
      }),
  };
}

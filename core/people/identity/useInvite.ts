import type { Transaction } from '../../ground/db/connect.ts';
import { Invite } from '../../ground/db/models/invite.ts';
import { hashWrittenCode } from '../../ground/encryption/writtenCode.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';

/** Counts wrong codes: accounts do not exist yet, so the address and its network are all there is to count by. */
export interface InviteThrottle {
  /** Counts a try from its start. @throws Problem `rate-limited`. */
  countTry(address: string): Promise<void>;
  /** The code was right, or neither right nor wrong. */
  takeBack(address: string): Promise<void>;
}

/** Runs `register`, which uses an invite. Only a wrong code stays counted. */
export async function countWrongInvites<Result>(
  throttle: InviteThrottle,
  address: string,
  register: () => Promise<Result>,
): Promise<Result> {
  await throttle.countTry(address);
  let isWrong = false;
  try {
    return await register();
  } catch (error) {
    isWrong = error instanceof Problem && error.code === 'forbidden';
    throw error;
  } finally {
    if (!isWrong) await throttle.takeBack(address);
  }
}

/**
 * Counts a use in the transaction that makes the account. The comparison is in the update itself, which waits for the
 * other uses of the code: the last use is one account's.
 * @throws Problem `forbidden` for a code that is wrong, used up, expired or withdrawn, without telling which.
 */
export async function useInvite(deps: { clock: Clock }, trx: Transaction, code: string): Promise<void> {
  const counted = await trx(Invite.tableName)
    .where({ codeHash: hashWrittenCode(code) })
    .where('used', '<', trx.ref('uses'))
    .whereNull('withdrawnAt')
    .where((it) => it.whereNull('expiresAt').orWhere('expiresAt', '>', deps.clock.now()))
    .increment('used', 1);
  if (counted === 0)
    throw new Problem(
      'forbidden',
      'This invite code is wrong, used up or no longer valid. Check it, or ask who gave it to you.',
    );
}

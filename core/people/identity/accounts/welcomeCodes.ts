import { type Database, inTransaction } from '../../../ground/db/connect.ts';
import { LinkCode } from '../../../ground/db/models/session.ts';
import { User } from '../../../ground/db/models/user.ts';
import { hashSecret } from '../../../ground/encryption/secrets.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { createPlainCode, presentCode } from './plainCodes.ts';

const lifeMs = 3_600_000;

/**
 * A code for one use within an hour that signs an administrator in, on the machine that runs the platform. Whoever can
 * write the database may have one, and it ends those from earlier starts. A second factor is asked for all the same.
 * @returns undefined where the name is no administrator's, or the account is blocked.
 */
export async function createWelcomeCode(
  deps: { database: Database; clock: Clock },
  username: string,
): Promise<string | undefined> {
  const plain = createPlainCode();
  return inTransaction(deps.database, async (trx) => {
    const createdAt = deps.clock.now();
    const named = { username: username.toLowerCase(), role: 'admin' } as const;
    // The lock: of two starts at once, the second ends the code of the first.
    const user = await User.query(trx).findOne(named).whereNull('disabledAt').forUpdate();
    if (!user) return undefined;
    await LinkCode.query(trx)
      .where({ userId: user.id, thisMachineOnly: true })
      .whereNull('usedAt')
      .patch({ usedAt: createdAt });
    await LinkCode.query(trx).insert({
      codeHash: hashSecret(plain),
      userId: user.id,
      createdAt,
      expiresAt: new Date(createdAt.getTime() + lifeMs),
      serviceKeyId: null,
      byProvider: true,
      thisMachineOnly: true,
    });
    return presentCode(plain);
  });
}

import { hash, verify } from '@node-rs/argon2';

/** OWASP's first choice for argon2id, which is also the library's default: 19 MiB, two passes, one lane. */
const costs = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const hashPassword = (password: string): Promise<string> => hash(password, costs);

let decoy: Promise<string> | undefined;

/**
 * Whether the password is right. Without a hash (no account, or one without a password) it is wrong after the same
 * work, so that the time of an answer does not show which names exist.
 */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword('the password of nobody');
  const isRight = await verify(passwordHash ?? (await decoy), password);
  return isRight && passwordHash !== null;
}

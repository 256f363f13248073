import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { isSameHash } from '../../ground/encryption/secrets.ts';
import type { Clock } from '../../ground/runtime/clock.ts';

/*
 * The doctor asks an API process what it sees of the doctor's connection. It has the keys of the installation and no
 * account, so it proves by them that it may ask, and the answer proves by them that it is the same installation.
 * A ticket opens nothing else.
 */

const lifeMs = 5 * 60_000;

/** Of its own, so that a ticket is never a token. @param secret one that signs tokens. */
const keyOf = (secret: Buffer): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', 'star-graph connection ticket', 32));

const sign = (key: Buffer, text: string): string =>
  createHmac('sha256', key).update(text).digest('base64url');

export interface ConnectionTicket {
  ticket: string;
  /** What the same installation answers. */
  proof: string;
}

export function createTicket({ clock }: { clock: Pick<Clock, 'now'> }, secret: Buffer): ConnectionTicket {
  const key = keyOf(secret);
  const text = `${clock.now().getTime() + lifeMs}.${randomBytes(16).toString('base64url')}`;
  return { ticket: `${text}.${sign(key, text)}`, proof: sign(key, `proof ${text}`) };
}

/** @returns the proof; undefined for a ticket that none of the secrets made, or that is over. */
export function checkTicket(
  { clock }: { clock: Pick<Clock, 'now'> },
  secrets: readonly Buffer[],
  ticket: string,
): string | undefined {
  const [, text = '', ends = '', mac = ''] = /^((\d{1,16})\.[\w-]{22})\.([\w-]{43})$/.exec(ticket) ?? [];
  const leftMs = Number(ends) - clock.now().getTime();
  // Its maker's clock may be wrong: by as much as a ticket lives.
  if (text === '' || leftMs < -lifeMs || leftMs > 2 * lifeMs) return undefined;
  const key = secrets.map(keyOf).find((one) => isSameHash(sign(one, text), mac));
  return key && sign(key, `proof ${text}`);
}

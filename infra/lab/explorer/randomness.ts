import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { createRandom, type Random } from '../chaos/trial/random.ts';

/** What would differ from run to run comes from here. */
export const source: { random: Random; nowMs: () => number; ids: number } = {
  random: createRandom(1),
  nowMs: () => 0,
  ids: 0,
};

const bytesOf = (count: number): Buffer =>
  Buffer.from(Array.from({ length: count }, () => source.random.whole(0, 255)));

/** In this process alone, which does nothing else. */
export function ownRandomness(): void {
  Math.random = () => source.random.whole(0, 2 ** 30 - 1) / 2 ** 30;
  const randomBytes = (count: number, done?: (error: Error | null, bytes: Buffer) => void) => {
    const bytes = bytesOf(count);
    if (!done) return bytes;
    queueMicrotask(() => done(null, bytes));
    return undefined;
  };
  const randomUUID = () => {
    const hex = bytesOf(16).toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  };
  Object.assign(crypto, { randomBytes, randomUUID });
  syncBuiltinESMExports();
}

/** The one part of bee-queue without types: what loads its scripts into Redis. */
declare module 'bee-queue/lib/lua/index.js' {
  import type { Redis } from 'ioredis';

  /** Loads those scripts that the server does not know. */
  export function buildCache(client: Redis): Promise<unknown>;
}

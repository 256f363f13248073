/** The one part of bee-queue without types: the loader of its Redis scripts. */
declare module 'bee-queue/lib/lua/index.js' {
  import type { Redis } from 'ioredis';

  /** Loads the scripts that the server lacks. */
  export function buildCache(client: Redis): Promise<unknown>;
}

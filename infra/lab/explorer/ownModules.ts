import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

/*
 * What the platform reaches without a port of its own is replaced while modules are loaded, in this process alone: the
 * WebSocket of the client of ComfyUI, the requests to webhooks, the source of ids, and the check of pictures, which runs
 * in threads that no scheduler owns.
 */

interface Replacement {
  /** Of the module that imports, from the root of the repository; a beginning. */
  by: string;
  /** As it is asked for: the end of it. */
  specifier: string;
  file: string;
}

const replacements: readonly Replacement[] = [
  { by: 'core/comfy/', specifier: 'ws', file: 'webSocket.ts' },
  { by: 'core/ground/', specifier: 'uuid', file: 'ids.ts' },
  { by: 'core/work/dispatch/', specifier: '/media/storeOutput.ts', file: 'storeOutput.ts' },
  { by: 'core/work/events/webhooks/', specifier: '/sendWebhook.ts', file: 'sendWebhook.ts' },
];

const isAsked = (specifier: string, wanted: string): boolean =>
  wanted.startsWith('/') ? specifier.endsWith(wanted) : specifier === wanted;

const root = new URL('../../../', import.meta.url);

/*
 * The pool of connections goes on after timers of the system: at once after it dropped a broken connection, soon after one
 * could not be opened. Neither is to be a matter of real time, nor how long one waits for a free connection, nor when a
 * connection that is closed hears no more.
 */
const ofTime: readonly Removal[] = [
  {
    file: 'tarn/dist/Pool.js',
    from: 'this._tryAcquireOrCreate();\n                            }, 0)',
    to: 'this._tryAcquireOrCreate();\n                            })',
  },
  { file: 'tarn/dist/Pool.js', from: '}, this.createRetryIntervalMillis)', to: '})' },
  {
    file: 'tarn/dist/Pool.js',
    from: 'setTimeout(() => {\n                                this',
    to: 'setImmediate(() => {\n                                this',
  },
  {
    file: 'tarn/dist/Pool.js',
    from: 'const retryTimer = setTimeout(',
    to: 'const retryTimer = setImmediate(',
  },
  {
    file: 'tarn/dist/PendingOperation.js',
    from: 'timeout(this.deferred.promise, timeoutMillis)',
    to: 'this.deferred.promise',
  },
  {
    file: 'knex/lib/dialects/mysql/index.js',
    from: 'defer(() => connection.removeAllListeners());',
    to: '',
  },
  // Four looks a second that find nothing are most of a story.
  {
    file: 'core/work/events/outbox/relay.ts',
    from: 'sweepIntervalMs = 250',
    to: 'sweepIntervalMs = 1_000',
  },
];

/** What keeps its users for as long as the process lives would keep each story. */
const ofMemory: readonly Removal[] = [
  { file: 'tarn/dist/Pool.js', from: 'if (!this.interval) {', to: 'if (false) {' },
  { file: 'core/ground/db/connect.ts', from: 'pools.set(pool, name);', to: '' },
  { file: 'core/work/dispatch/backendMetrics.ts', from: 'meters.add(meter);', to: '' },
];

/** A cache allocates a place for each thing that it may hold: thousands for each actor, of which a story fills some. */
const ofSize: readonly Removal[] = [
  { file: 'core/work/dispatch/leader/leaderMemory.ts', from: 'max: 10_000', to: 'max: 100' },
  { file: 'core/work/events/progressBus.ts', from: 'Emission>({ max: 10_000', to: 'Emission>({ max: 100' },
  {
    file: 'core/work/events/progressBus.ts',
    from: 'askedAtMs: number }>({ max: 10_000',
    to: 'askedAtMs: number }>({ max: 100',
  },
  { file: 'core/library/catalogue/modelChoice.ts', from: 'remembered = 1_000', to: 'remembered = 100' },
  { file: 'core/library/catalogue/comparison.ts', from: 'remembered = 5_000', to: 'remembered = 100' },
  {
    file: 'core/library/catalogue/models/entryIndex.ts',
    from: 'remembered = 10_000',
    to: 'remembered = 100',
  },
];

/** Text of a module that is changed before it runs. It must be there exactly once. */
export interface Removal {
  /** From the root of the repository. */
  file: string;
  from: string;
  to: string;
}

/** @param removals of guards; each must have matched by the time of `missed`. */
export function ownModules(removals: readonly Removal[]): { missed(): Removal[] } {
  const made = new Set<Removal>();
  const all = [...removals, ...ofTime, ...ofMemory, ...ofSize];
  registerHooks({
    resolve(specifier, context, next) {
      const parent = context.parentURL ?? '';
      const found = replacements.find(
        (one) => isAsked(specifier, one.specifier) && parent.startsWith(new URL(one.by, root).href),
      );
      return next(found ? new URL(found.file, import.meta.url).href : specifier, context);
    },
    load(url, context, next) {
      const loaded = next(url, context);
      const due = all.filter(({ file }) => url.endsWith(`/${file}`));
      if (due.length === 0) return loaded;
      let text = String(
        typeof loaded.source === 'string'
          ? loaded.source
          : Buffer.from(loaded.source as Uint8Array).toString('utf8'),
      );
      for (const removal of due) {
        const parts = text.split(removal.from);
        if (parts.length !== 2)
          throw new Error(
            `${fileURLToPath(url)} has the text of a guard ${parts.length - 1} times: ${removal.from}`,
          );
        text = parts.join(removal.to);
        made.add(removal);
      }
      return { ...loaded, source: text };
    },
  });
  return { missed: () => all.filter((removal) => !made.has(removal)) };
}

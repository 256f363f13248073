import { EventEmitter, once } from 'node:events';
import { z } from 'zod';

/**
 * Where a fault strikes:
 * - HTTP kinds match a path (default in brackets): `http-status`, `http-garbage`, `http-delay`, `http-hang` on any
 *   route; `http-truncate` [/view] cuts the body in half and the connection.
 * - `accept-hang` queues a prompt and never answers; `accept-die` queues it and ends the process, before or after
 *   answering.
 * - Running kinds: `silent` sends nothing on the socket, `node-error`, `out-of-memory`, `disk-full`, `hang`
 *   (until interrupted), `hold` (until it is disarmed, then the node goes on), `crash` (the process ends in the middle
 *   of a node).
 */
const httpFault = { path: z.string().startsWith('/').optional(), method: z.string().optional() };
const runFault = {
  /** Only in nodes of this class. */
  classType: z.string().optional(),
  /** Only from this sampler step on. */
  step: z.int().min(1).optional(),
};
const repeat = {
  /** How often it strikes; `always` until it is disarmed. */
  times: z.union([z.int().min(1), z.literal('always')]).default(1),
};

export const faultSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('http-status'),
    status: z.int().min(400).max(599).default(500),
    ...httpFault,
    ...repeat,
  }),
  z.object({ kind: z.literal('http-garbage'), ...httpFault, ...repeat }),
  z.object({ kind: z.literal('http-delay'), delayMs: z.int().min(1).max(600_000), ...httpFault, ...repeat }),
  z.object({ kind: z.literal('http-hang'), ...httpFault, ...repeat }),
  z.object({ kind: z.literal('http-truncate'), ...httpFault, ...repeat }),
  z.object({ kind: z.literal('accept-hang'), ...repeat }),
  z.object({ kind: z.literal('accept-die'), answer: z.boolean().default(false), ...repeat }),
  z.object({ kind: z.literal('silent'), ...repeat }),
  z.object({
    kind: z.literal('node-error'),
    message: z.string().default('simulated failure'),
    ...runFault,
    ...repeat,
  }),
  z.object({ kind: z.literal('out-of-memory'), ...runFault, ...repeat }),
  z.object({ kind: z.literal('disk-full'), ...repeat }),
  z.object({ kind: z.literal('hang'), ...runFault, ...repeat }),
  z.object({ kind: z.literal('hold'), ...runFault, ...repeat }),
  z.object({ kind: z.literal('crash'), ...runFault, ...repeat }),
]);

export type Fault = z.infer<typeof faultSchema>;
type FaultKind = Fault['kind'];
export const faultKinds: readonly FaultKind[] = faultSchema.options.map(({ shape }) => shape.kind.value);
type FaultOf<K extends FaultKind> = Extract<Fault, { kind: K }>;

export interface Faults {
  arm(fault: Fault): void;
  /** Removes the faults of one kind, or all. */
  disarm(kind?: FaultKind): void;
  /** Strikes: the first armed fault of the kind that matches, counted down; null when none is armed. */
  strike<K extends FaultKind>(kind: K, matches?: (fault: FaultOf<K>) => boolean): FaultOf<K> | null;
  /** Resolves when faults of the kind are disarmed next. @throws AbortError */
  untilDisarmed(kind: FaultKind, signal: AbortSignal): Promise<void>;
  armed(): readonly Fault[];
  /** How often each kind has struck since the start. */
  struck(): Readonly<Record<string, number>>;
}

export function createFaults(): Faults {
  let armed: Fault[] = [];
  const counts: Record<string, number> = {};
  const disarmed = new EventEmitter();
  return {
    arm: (fault) => {
      armed.push(fault);
    },
    disarm(kind) {
      armed = kind === undefined ? [] : armed.filter((fault) => fault.kind !== kind);
      // Not all names of the emitter: `once` also listens for `error`, which would reject what waits.
      for (const name of kind === undefined ? faultKinds : [kind]) disarmed.emit(name);
    },
    strike(kind, matches) {
      if (armed.length === 0) return null;
      type Wanted = FaultOf<typeof kind>;
      const fault = armed.find((one) => one.kind === kind && (!matches || matches(one as Wanted)));
      if (!fault) return null;
      counts[kind] = (counts[kind] ?? 0) + 1;
      if (fault.times !== 'always') {
        fault.times -= 1;
        if (fault.times <= 0) armed = armed.filter((one) => one !== fault);
      }
      return fault as Wanted;
    },
    async untilDisarmed(kind, signal) {
      await once(disarmed, kind, { signal });
    },
    armed: () => armed,
    struck: () => counts,
  };
}

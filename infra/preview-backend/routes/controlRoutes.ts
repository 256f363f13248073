import { z } from 'zod';
import type { PreviewBackendConfig } from '../config.ts';
import { type Faults, faultKinds, faultSchema } from '../execution/faults.ts';
import type { NodeCache } from '../execution/nodeCache.ts';
import type { QueueWorker } from '../execution/queueWorker.ts';
import type { SocketHub } from '../hub.ts';
import type { PromptQueue } from '../promptQueue.ts';
import { readJson, sendJson } from './http.ts';
import type { Route } from './router.ts';

interface ControlDeps {
  /** The configuration, whose simulation figures are changed in place. */
  config: PreviewBackendConfig;
  faults: Faults;
  queue: PromptQueue;
  hub: SocketHub;
  worker: QueueWorker;
  interrupt: () => void;
  cache: NodeCache;
}

const command = z.strictObject({
  arm: z.array(faultSchema).optional(),
  /** Kinds to disarm, or `all`. */
  disarm: z.union([z.literal('all'), z.array(z.enum(faultKinds))]).optional(),
  /** New figures from the next node on. */
  simulate: z
    .strictObject({
      secondsPerStep: z.number().min(0).max(3600).optional(),
      checkpointLoadSeconds: z.number().min(0).max(3600).optional(),
      vramBytes: z.int().min(1).nullable().optional(),
      instant: z.boolean().optional(),
    })
    .optional(),
  /** `drop` ends all connections, `stall` holds every message back, `release` sends them. */
  sockets: z.enum(['drop', 'stall', 'release']).optional(),
  /** Queue, history and cache are gone and the sockets drop, as after a restart. */
  forget: z.boolean().optional(),
  /** The worker dies: everything answers, nothing runs. */
  killWorker: z.boolean().optional(),
});

/** `POST /control` orders faults, `GET /control` shows what has happened; only where simulation is enabled. */
export function controlRoutes(deps: ControlDeps): Route[] {
  const state = () => ({
    simulation: deps.config.simulation,
    armed: deps.faults.armed(),
    struck: deps.faults.struck(),
    runs: deps.worker.runs,
    sockets: deps.hub.socketCount,
    queueRemaining: deps.queue.remaining(),
  });
  return [
    {
      method: 'GET',
      pattern: '/control',
      prefix: 'never',
      handle: (exchange) => sendJson(exchange, 200, state()),
    },
    {
      method: 'POST',
      pattern: '/control',
      prefix: 'never',
      async handle(exchange) {
        const parsed = command.safeParse(await readJson(exchange));
        if (!parsed.success) return sendJson(exchange, 400, { error: z.prettifyError(parsed.error) });
        obey(deps, parsed.data);
        sendJson(exchange, 200, state());
      },
    },
  ];
}

function obey(deps: ControlDeps, order: z.infer<typeof command>): void {
  const { config, faults, queue, hub, worker, cache } = deps;
  if (order.disarm === 'all') faults.disarm();
  else for (const kind of order.disarm ?? []) faults.disarm(kind);
  for (const fault of order.arm ?? []) faults.arm(fault);
  Object.assign(config.simulation, order.simulate);
  if (order.killWorker) worker.die();
  if (order.forget) {
    queue.forget();
    cache.clear();
    deps.interrupt();
  }
  if (order.sockets === 'drop' || order.forget) hub.terminateAll();
  if (order.sockets === 'stall') hub.setStalled(true);
  if (order.sockets === 'release') hub.setStalled(false);
}

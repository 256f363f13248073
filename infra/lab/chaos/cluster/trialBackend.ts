import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import { createTrialProcess, type TrialProcess } from './childProcess.ts';
import { type ClusterConfig, describeOwn, extend } from './clusterConfig.ts';

/** The preview backend's record, from `/control` and ComfyUI's own routes. */
export interface BackendRecord {
  /** Executions since the process began, by prompt id; one that stands here twice ran twice. */
  runs: readonly string[];
  /** By prompt id: whether it ended well. */
  history: ReadonlyMap<string, 'success' | 'error'>;
  /** Waiting or running. */
  held: readonly string[];
}

export interface TrialBackend extends TrialProcess {
  index: number;
  url: string;
  /** `POST /control`. Rejects when the backend does not answer. */
  order(order: object): Promise<void>;
  read(): Promise<BackendRecord>;
  /** Forgets ended prompts, so that the next trial starts with an empty record. */
  clearHistory(): Promise<void>;
}

const answerMs = 10_000;

export async function createTrialBackend(
  deps: { clock: Clock },
  config: ClusterConfig,
  index: number,
): Promise<TrialBackend> {
  const name = `backend-${index + 1}`;
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const dataDirectory = join(config.directory, name);
  mkdirSync(dataDirectory, { recursive: true });
  const spec = describeOwn(config, {
    name,
    main: 'infra/preview-backend/main.ts',
    args: [
      ...['--port', String(port), '--data-dir', dataDirectory, '--simulate', '--instant'],
      ...['--threads', '1', '--seconds-per-step', '0.06', '--checkpoint-load-seconds', '0.2'],
    ],
    env: { ...config.machine },
    readyUrl: `${url}/system_stats`,
  });
  // Some faults end the process on purpose.
  const child = createTrialProcess({ clock: deps.clock, onFault: () => undefined }, spec);
  const call = async (path: string, body?: object): Promise<unknown> => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(url + path, { ...init, signal: AbortSignal.timeout(answerMs) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${name} ${path}: HTTP ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  const own = {
    index,
    url,
    order: async (order: object) => void (await call('/control', order)),
    clearHistory: async () => void (await call('/history', { clear: true })),
    async read(): Promise<BackendRecord> {
      const [control, history, queue] = await Promise.all([
        call('/control'),
        call('/history'),
        call('/queue'),
      ]);
      return {
        runs: (control as { runs: string[] }).runs,
        history: parseHistory(history),
        held: parseQueue(queue),
      };
    },
  };
  return extend(own, child);
}

function parseHistory(body: unknown): Map<string, 'success' | 'error'> {
  const entries = Object.entries(body as Record<string, { status: { status_str: 'success' | 'error' } }>);
  return new Map(entries.map(([promptId, { status }]) => [promptId, status.status_str]));
}

/** An item is `[number, promptId, …]`. */
function parseQueue(body: unknown): string[] {
  const { queue_running, queue_pending } = body as Record<string, [number, string][]>;
  return [...(queue_running ?? []), ...(queue_pending ?? [])].map(([, promptId]) => promptId);
}

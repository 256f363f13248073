import { execFile } from 'node:child_process';
import type { Logger } from 'pino';
import { splitBackendUrl } from '../../../comfy/http/credentials.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';

/** Calls the operator's own restart of a ComfyUI server. Rejects with the reason if it says no, or with the signal's. */
export type RestartHook = (backend: { id: string; url: string }, signal: AbortSignal) => Promise<void>;

/** A hook that takes longer hangs. */
const hookLimitMs = 120_000;

/** One call of the hook, in the background: probes go on. */
export interface RestartCall {
  /** The prompt whose loss shows that the process is a new one. */
  marker: string | null;
  /** Since the call, a probe was not answered. */
  wasAway: boolean;
  endedAtMs?: number;
  fault?: string;
}

export function beginRestart(
  deps: { clock: Pick<Clock, 'monotonicMs'>; logger: Logger; left: AbortSignal },
  hook: RestartHook,
  backend: { id: string; url: string },
  marker: string | null,
): RestartCall {
  const call: RestartCall = { marker, wasAway: false };
  const signal = AbortSignal.any([deps.left, AbortSignal.timeout(hookLimitMs)]);
  hook(backend, signal)
    .catch((err: unknown) => {
      call.fault = err instanceof Error ? err.message : String(err);
      deps.logger.warn({ err, backendId: backend.id }, 'the restart hook failed');
    })
    .finally(() => {
      call.endedAtMs = deps.clock.monotonicMs();
    });
  return call;
}

/**
 * @param hook an address that is posted to, or the path of a program. It is the dispatcher's own setting. What an
 * administrator typed never becomes part of a command: a program gets no arguments and no shell, and the names of the
 * server as variables.
 * @param env what a program sees besides: nothing secret.
 */
export function createRestartHook(hook: string, env: Partial<Record<string, string>>): RestartHook {
  return /^https?:\/\//.test(hook) ? postTo(hook) : run(hook, env);
}

const postTo =
  (hook: string): RestartHook =>
  async (backend, signal) => {
    const response = await fetch(hook, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ backendId: backend.id, url: splitBackendUrl(backend.url).url }),
      redirect: 'error',
      signal,
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`it answered ${response.status}`);
  };

const run =
  (program: string, given: Partial<Record<string, string>>): RestartHook =>
  ({ id, url }, signal) => {
    const env = { ...given, BACKEND_ID: id, BACKEND_URL: splitBackendUrl(url).url };
    return new Promise((resolve, reject) => {
      execFile(program, { env, signal, killSignal: 'SIGKILL' }, (error) => {
        if (!error) resolve();
        else
          reject(signal.aborted ? signal.reason : new Error(`it ended with ${error.code ?? error.signal}`));
      });
    });
  };

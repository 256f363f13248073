import type { Logger } from 'pino';
import { type ComfyClient, ComfyFault, type OutputFile } from '../../../../comfy/comfy.ts';
import type { Clock } from '../../../../ground/runtime/clock.ts';

/**
 * `released`: a look showed that the backend does not hold the prompt. `ran`: the prompt is gone because it
 * succeeded. `dead`: the backend does not answer. `stuck`: it answers but keeps holding the prompt.
 */
export type Removal =
  | { kind: 'released' | 'dead' | 'stuck' }
  | { kind: 'ran'; outputs: readonly OutputFile[] };

/** A node may take a while to notice, and a queue may have been read between two states. */
const tellAgainMs = 5_000;
/** A backend without an answer for this long counts as dead. A follow gives up after the same time. */
export const deadAfterMs = 12_000;
/** The time between two looks. Both must miss a prompt whose POST may still be on its way. */
const absentForMs = 1_000;
const longestPauseMs = 1_000;

interface Deps {
  client: Pick<ComfyClient, 'cancel' | 'locate' | 'history'>;
  clock: Clock;
  logger: Logger;
}

/**
 * Removes a prompt from its backend and looks until it is gone. Only then may the slot be given back. Rejects with
 * the signal's reason.
 */
export async function removePrompt(
  deps: Deps,
  prompt: { promptId: string; isPostSettled: boolean },
  patienceMs: number,
  signal: AbortSignal,
): Promise<Removal> {
  const { clock, client } = deps;
  const begunAtMs = clock.monotonicMs();
  let toldAtMs = Number.NEGATIVE_INFINITY;
  let answeredAtMs = begunAtMs;
  let absentSinceMs: number | undefined;
  for (let pauseMs = 50; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    try {
      if (clock.monotonicMs() - toldAtMs >= tellAgainMs) {
        await client.cancel(prompt.promptId, signal);
        toldAtMs = clock.monotonicMs();
      }
      const location = await client.locate(prompt.promptId, signal);
      answeredAtMs = clock.monotonicMs();
      if (location === 'finished') return await readEnd(client, prompt.promptId, signal);
      if (location === 'absent') {
        absentSinceMs ??= answeredAtMs;
        if (prompt.isPostSettled || answeredAtMs - absentSinceMs >= absentForMs) return { kind: 'released' };
      } else absentSinceMs = undefined;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ComfyFault)) throw error;
      deps.logger.debug({ err: error }, 'a backend could not be told to stop a prompt');
      if (clock.monotonicMs() - answeredAtMs >= deadAfterMs) return { kind: 'dead' };
    }
    if (clock.monotonicMs() - begunAtMs >= patienceMs) return { kind: 'stuck' };
    await clock.sleep(pauseMs, signal);
  }
}

/** Whether it ran to its end before it could be stopped. Sending such a task elsewhere would run it twice. */
async function readEnd(client: Deps['client'], promptId: string, signal: AbortSignal): Promise<Removal> {
  const entry = await client.history(promptId, signal);
  return entry?.result.kind === 'succeeded' ? { kind: 'ran', outputs: entry.outputs } : { kind: 'released' };
}

import { ComfyFault } from '../../../../comfy/comfy.ts';
import type { AttemptDeps } from '../attempt.ts';
import { deadAfterMs } from './removePrompt.ts';

const pauseMs = 1_000;

/**
 * Whether its backend shows that it executes the prompt. One that gives no answer for as long as makes it dead shows
 * nothing. Rejects with the signal's reason.
 */
export async function isSeenRunning(
  {
    client,
    clock,
    logger,
  }: Pick<AttemptDeps, 'clock' | 'logger'> & { client: Pick<AttemptDeps['client'], 'locate'> },
  promptId: string,
  signal: AbortSignal,
): Promise<boolean> {
  const begunAtMs = clock.monotonicMs();
  for (;;) {
    try {
      return (await client.locate(promptId, signal)) === 'running';
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ComfyFault)) throw error;
      logger.debug({ err: error }, 'a backend could not be asked whether it executes a prompt');
      if (clock.monotonicMs() - begunAtMs >= deadAfterMs) return false;
    }
    await clock.sleep(pauseMs, signal);
  }
}

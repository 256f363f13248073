import { Usage } from '../failure.ts';

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Aborts on Ctrl-C, on a request to end, on a closed terminal or pipe, and when the process that started us died.
 * Later signals change nothing: npm and the terminal may each deliver the same Ctrl-C, output during the stop may
 * have no reader, and the stop has its own time-outs.
 */
export function listenForStop(onFirst?: (signal: string) => void): AbortSignal {
  const controller = new AbortController();
  const stop = (cause: string) => {
    if (controller.signal.aborted) return;
    onFirst?.(cause);
    controller.abort(new Error(`stopped by ${cause}`));
  };
  for (const signal of stopSignals) process.on(signal, () => stop(signal));
  // EPIPE or EIO: our output has no reader any more. Without a listener this would be a crash that stops no child.
  for (const output of [process.stdout, process.stderr])
    output.on('error', () => stop('the loss of the output'));
  process.once('disconnect', () => stop('the end of the parent process'));
  return controller.signal;
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/**
 * Runs a command's main function: a `LaunchFailure` is a sentence, and anything else but its usage is a fault of ours
 * with its stack. A wrong call ends with 2.
 */
export async function runMain(main: () => Promise<number>): Promise<never> {
  try {
    process.exit(await main());
  } catch (error) {
    return endBy(error);
  }
}

export function endBy(error: unknown): never {
  if (error instanceof Usage) {
    console[error.isAsked ? 'log' : 'error'](error.message);
    process.exit(error.isAsked ? 0 : 2);
  }
  console.error(error instanceof Error && error.name === 'LaunchFailure' ? `\n${error.message}` : error);
  process.exit(1);
}

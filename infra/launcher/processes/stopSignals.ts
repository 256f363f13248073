const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Aborts on Ctrl-C, on a request to end, on a closed terminal or pipe, and when the process that started us died
 * without a word. What follows is heard and changes nothing: npm and the terminal may each deliver the same Ctrl-C,
 * what is said while stopping may have no reader, and stopping has time-outs of its own.
 */
export function listenForStop(onFirst?: (signal: string) => void): AbortSignal {
  const controller = new AbortController();
  const stop = (cause: string) => {
    if (controller.signal.aborted) return;
    onFirst?.(cause);
    controller.abort(new Error(`stopped by ${cause}`));
  };
  for (const signal of stopSignals) process.on(signal, () => stop(signal));
  // EPIPE or EIO: nobody reads what we would say of what runs. Without a listener it is a crash that stops nothing.
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

/** Runs a command's main function: a `LaunchFailure` is a sentence, anything else is a fault of ours with its stack. */
export async function runMain(main: () => Promise<number>): Promise<never> {
  try {
    process.exit(await main());
  } catch (error) {
    console.error(error instanceof Error && error.name === 'LaunchFailure' ? `\n${error.message}` : error);
    process.exit(1);
  }
}

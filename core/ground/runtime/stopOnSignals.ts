/**
 * Runs `stop` on a signal, then exits: with 0 after a successful stop, with 1 after a failed one. A second signal
 * exits at once, even if the first stop hangs.
 * @param options.limitMs the time limit of the stop; without it, a stop that hangs waits for the second signal.
 * @returns a function with the effect of a signal.
 */
export function stopOnSignals(
  stop: () => Promise<void>,
  options: { onFault: (error: unknown) => void; limitMs?: number },
): () => void {
  let isStopping = false;
  const onSignal = () => {
    if (isStopping) process.exit(1);
    isStopping = true;
    if (options.limitMs !== undefined) setTimeout(() => process.exit(1), options.limitMs);
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        options.onFault(error);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
  return onSignal;
}

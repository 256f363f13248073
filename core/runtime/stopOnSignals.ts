/**
 * Ends the process by `stop` when it is told to: with 0 behind a stop that was done, with 1 behind one that failed, at
 * once on a second signal, which ends what the first could not.
 * @param options.limitMs The longest stop; without it a stop that hangs waits for the second signal.
 * @returns what acts as a signal does.
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

import { type FromSandbox, type ToSandbox, toFault } from './messages.ts';
import { whenHung } from './watchWork.ts';

/** What a piece of work has beside its arguments. */
export interface WorkContext {
  signal: AbortSignal;
  /** Says before the end what is known already. */
  tell(value: unknown): void;
}

/** Work by name. Arguments and results are what `structuredClone` takes. */
type Work = Readonly<Record<string, (context: WorkContext, ...args: never[]) => Promise<unknown>>>;

/** Does work for the process that started this one, and ends with it. */
export function serveWork(work: Work): void {
  const send = (message: FromSandbox) => process.send?.(message);
  const running = new Map<number, AbortController>();
  process.on('disconnect', () => process.exit(0));
  whenHung(() => process.exit(1));
  process.on('message', (message: ToSandbox) => {
    if ('cancel' in message) {
      running.get(message.cancel)?.abort();
      return;
    }
    const { id, name, args } = message;
    const stop = new AbortController();
    running.set(id, stop);
    const context: WorkContext = { signal: stop.signal, tell: (told) => send({ id, told }) };
    const act = work[name];
    const done = act
      ? act(context, ...(args as never[]))
      : Promise.reject(new Error(`there is no work ${name}`));
    done
      .then((result) => send({ id, result }))
      .catch((error: unknown) => send({ id, fault: toFault(error) }))
      .finally(() => running.delete(id));
  });
  send({ ready: true });
}

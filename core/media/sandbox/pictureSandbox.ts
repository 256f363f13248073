import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { Problem } from '../../ground/errors.ts';
import { confine } from './confine.ts';
import { type FromSandbox, type ToSandbox, toError } from './messages.ts';
import type { PictureWork } from './pictureWork.ts';
import type { WorkContext } from './serveWork.ts';

/**
 * A process that reads strangers' pictures for this one, which holds keys and the database. It has neither, nor the
 * environment. It is started for the first picture and stays: a small one is read no later than it was here.
 *
 * When it ends in the middle, by a fault of a decoder or because one hangs, nobody knows which picture did it. All that it
 * had are read again, each alone in another process: what ends that one too is refused, and the others are done.
 */
interface PictureSandbox {
  run<Name extends keyof PictureWork>(
    name: Name,
    options: RunOptions,
    ...args: ArgsOf<Name>
  ): Promise<ResultOf<Name>>;
  /** Starts the process, so that the first picture does not wait for it. The log hears why one ended by itself. */
  open(log?: Pick<Logger, 'warn'>): void;
}

type ArgsOf<Name extends keyof PictureWork> =
  Parameters<PictureWork[Name]> extends [WorkContext, ...infer Args] ? Args : never;
type ResultOf<Name extends keyof PictureWork> = Awaited<ReturnType<PictureWork[Name]>>;

interface RunOptions {
  signal?: AbortSignal | undefined;
  /** Hears what is known before the end: of `probe`, the header. */
  tell?(value: unknown): void;
}

interface Job {
  id: number;
  name: string;
  args: readonly unknown[];
  tell: ((value: unknown) => void) | undefined;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

interface Worker {
  take(job: Job): void;
  cancel(id: number): void;
  readonly jobs: ReadonlyMap<number, Job>;
  /** It takes no more, and ends when it has nothing left. */
  retire(): void;
  kill(): void;
}

/** The picture breaks the program that reads it. */
export class DecoderBroke extends Problem {
  constructor() {
    super(
      'unsupported-media',
      'The program that reads pictures broke off at this one. Open it, save it again in another format and send that.',
    );
    this.name = 'DecoderBroke';
  }
}

/** The largest picture needs a third of it. */
const dataBytes = 3_000_000_000;
/** What a library leaks goes with the process. */
const jobsOfOne = 20_000;
/** More than one picture may take: alone it waits for no other. */
const longestAloneMs = 90_000;

const workerFile = new URL('pictureWorker.ts', import.meta.url);

export function createPictureSandbox({
  file = workerFile,
  mostJobs = jobsOfOne,
  aloneMs = longestAloneMs,
}: {
  file?: URL;
  mostJobs?: number;
  aloneMs?: number;
} = {}): PictureSandbox {
  let main: Worker | undefined;
  let log: Pick<Logger, 'warn'> | undefined;
  let taken = 0;
  let lastId = 0;
  let alone: Promise<void> = Promise.resolve();

  const start = (onEnd: (left: readonly Job[]) => void, onReady?: () => void) =>
    startWorker(file, {
      onEnd,
      onReady,
      tell: (end) => log?.warn(end, 'the process that reads pictures broke off'),
    });

  function current(): Worker {
    if (main && taken >= mostJobs) {
      main.retire();
      main = undefined;
    }
    if (!main) {
      taken = 0;
      const worker = start((left) => {
        if (main === worker) main = undefined;
        for (const job of left) alone = alone.then(() => runAlone(job));
      });
      main = worker;
    }
    return main;
  }

  function runAlone(job: Job): Promise<void> {
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const end = () => {
        clearTimeout(timer);
        resolve();
      };
      const begin = () => {
        timer = setTimeout(worker.kill, aloneMs);
      };
      const breakOff = (left: readonly Job[]) => {
        for (const broken of left) broken.reject(new DecoderBroke());
        end();
      };
      const worker = start(breakOff, begin);
      const settle =
        <Value>(act: (value: Value) => void) =>
        (value: Value) => {
          act(value);
          worker.retire();
          end();
        };
      worker.take({ ...job, resolve: settle(job.resolve), reject: settle(job.reject) });
    });
  }

  return {
    open(heard) {
      log = heard;
      current();
    },
    async run<Name extends keyof PictureWork>(
      name: Name,
      { signal, tell }: RunOptions,
      ...args: ArgsOf<Name>
    ): Promise<ResultOf<Name>> {
      signal?.throwIfAborted();
      const id = ++lastId;
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      const worker = current();
      taken += 1;
      const leave = () => {
        worker.cancel(id);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', leave, { once: true });
      worker.take({ id, name, args, tell, resolve, reject });
      const result = await promise.finally(() => signal?.removeEventListener('abort', leave));
      return result as ResultOf<Name>;
    },
  };
}

/** How a process ended that nobody told to end, and its last words: a library or Node says there why. */
interface UnaskedEnd {
  exit: string | number | undefined;
  said: string;
}

/** Of what a process says; a picture may make a library say much. */
const longestSaid = 2_000;

/** @param on.onEnd with the work that it had when it ended in the middle. */
function startWorker(
  file: URL,
  on: {
    onEnd(left: readonly Job[]): void;
    onReady: (() => void) | undefined;
    tell(end: UnaskedEnd): void;
  },
): Worker {
  const jobs = new Map<number, Job>();
  const node = ['--max-old-space-size=256', fileURLToPath(file)];
  const command = confine(process.execPath, node, { dataBytes });
  const child = spawn(command.file, command.args, {
    env: command.env,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  let said = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    said = (said + bytes.toString()).slice(-longestSaid);
  });
  let isReady = false;
  let isOver = false;
  let isRetired = false;

  const hold = () => holdProcess(child, jobs.size > 0);
  const end = (exit?: string | number | null, error?: Error) => {
    if (isOver) return;
    isOver = true;
    if (exit !== 0) on.tell({ exit: exit ?? undefined, said: error?.message ?? said });
    const left = [...jobs.values()];
    jobs.clear();
    // It never came to a picture: no picture is at fault.
    if (!isReady) {
      const cause = error ?? new Error(said);
      const fault = new Error('the process that reads pictures cannot be started', { cause });
      for (const { reject } of left) reject(fault);
    }
    on.onEnd(isReady ? left : []);
  };
  const settle = (id: number, act: (job: Job) => void): void => {
    const job = jobs.get(id);
    if (!job) return;
    jobs.delete(id);
    act(job);
    hold();
    if (isRetired && jobs.size === 0) child.disconnect();
  };
  child.on('error', (error) => end(undefined, error));
  // Its last words have come by then.
  child.on('close', (code, signal) => end(signal ?? code));
  child.on('message', (message: FromSandbox) => {
    if ('ready' in message) {
      isReady = true;
      on.onReady?.();
    } else if ('told' in message) jobs.get(message.id)?.tell?.(message.told);
    else if ('fault' in message) settle(message.id, ({ reject }) => reject(toError(message.fault)));
    else settle(message.id, ({ resolve }) => resolve(message.result));
  });
  hold();
  // A broken channel is told by the end of the process.
  const send = (message: ToSandbox) => child.connected && child.send(message, () => undefined);
  return {
    jobs,
    take(job) {
      jobs.set(job.id, job);
      hold();
      send({ id: job.id, name: job.name, args: job.args });
    },
    cancel(id) {
      settle(id, () => send({ cancel: id }));
    },
    retire() {
      isRetired = true;
      if (jobs.size === 0 && child.connected) child.disconnect();
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

/** A process with nothing else to do may end, unless it waits for a picture. */
function holdProcess(child: ChildProcess, isWaiting: boolean): void {
  const act = isWaiting ? 'ref' : 'unref';
  child[act]();
  child.channel?.[act]();
  // A pipe, which is a socket here.
  (child.stderr as Socket | null)?.[act]();
}

/** One for the whole process. */
export const pictureSandbox = createPictureSandbox();

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

const main = join(import.meta.dirname, '../../../infra/preview-backend/main.ts');
/** Only against one that never starts. */
const startTimeoutMs = 100_000;
const stopTimeoutMs = 10_000;

interface PreviewBackendOptions {
  /** Flags of `infra/preview-backend/main.ts`. */
  flags?: readonly string[];
  /** By one network whatever the model is, such as where a test runs every model. */
  enlarges?: 'quickly' | 'finely' | undefined;
  /** Whether `/control` and sentinels work; they do unless this is false. */
  simulate?: boolean;
  /** A given directory is kept after the end; otherwise a new one is removed with the process. */
  dataDirectory?: string;
  /** The same address again, for a restart. */
  port?: number;
}

export interface PreviewBackendProcess extends AsyncDisposable {
  /** `http://127.0.0.1:port` */
  url: string;
  pid: number;
  dataDirectory: string;
  /** `POST /control`: sets faults and simulation figures; returns the server's state. Throws if they are refused. */
  control(order: object): Promise<Record<string, unknown>>;
  /** SIGTERM, and waits for the end. Later calls return at once. */
  stop(): Promise<void>;
  /** SIGKILL, as a crash; keeps the data directory. */
  kill(): Promise<void>;
  /** Resolves with the exit code (null after a signal) when the process has ended for any reason. */
  ended: Promise<number | null>;
}

/** Starts the preview backend as a process of its own on a free loopback port, with simulation enabled unless told otherwise. */
export async function startPreviewBackend(
  options: PreviewBackendOptions = {},
): Promise<PreviewBackendProcess> {
  const ownsDirectory = options.dataDirectory === undefined;
  const dataDirectory = options.dataDirectory ?? (await mkdtemp(join(tmpdir(), 'preview-backend-')));
  const flags = ['--port', String(options.port ?? 0), '--data-dir', dataDirectory, '--stop-with-stdin'];
  if (options.simulate !== false) flags.push('--simulate');
  if (options.enlarges) flags.push('--models', await writeModels(dataDirectory, options.enlarges));
  const child = spawn(process.execPath, [main, ...flags, ...(options.flags ?? [])], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const url = await listening(child);
  let removed = false;
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
      await ended;
      clearTimeout(timer);
    }
    if (ownsDirectory && signal === 'SIGTERM' && !removed) {
      removed = true;
      await rm(dataDirectory, { recursive: true, force: true });
    }
  };
  return {
    url,
    pid: child.pid as number,
    dataDirectory,
    ended,
    async control(order) {
      const response = await fetch(`${url}/control`, {
        method: 'POST',
        body: JSON.stringify(order),
        signal: AbortSignal.timeout(60_000),
      });
      const body = (await response.json()) as Record<string, unknown>;
      if (!response.ok) throw new Error(`the preview backend refused the order: ${String(body.error)}`);
      return body;
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    [Symbol.asyncDispose]: () => end('SIGTERM'),
  };
}

/** @returns the path of a manifest that differs from the usual one in the networks of its upscale models */
async function writeModels(directory: string, how: 'quickly' | 'finely'): Promise<string> {
  const models = JSON.parse(await readFile(join(dirname(main), 'models.json'), 'utf8'));
  for (const model of models.upscale_models)
    model.network = how === 'finely' ? 'rdn' : `slim-${model.scale}x`;
  const file = join(directory, 'models.json');
  await writeFile(file, JSON.stringify(models));
  return file;
}

/** The address from the line `{"listening": …}`; rejects with the output of a process that ends before. */
async function listening(child: ChildProcess): Promise<string> {
  if (!child.stdout || !child.stderr) throw new Error('the preview backend has no output');
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk.toString()).slice(-4000);
  });
  const lines = createInterface({ input: child.stdout });
  const timer = setTimeout(() => child.kill('SIGKILL'), startTimeoutMs);
  try {
    for await (const line of lines) {
      const { listening: url } = JSON.parse(line) as { listening?: string };
      // Its later output must not fill the pipe.
      child.stdout.resume();
      if (url) return url;
    }
    throw new Error(`the preview backend did not start: ${complaints}`);
  } finally {
    clearTimeout(timer);
  }
}

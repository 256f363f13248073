import { type ExecFileException, execFile } from 'node:child_process';
import type { Logger } from 'pino';
import { Problem } from '../../ground/errors.ts';
import { hasErrorCode, noRoomProblem } from '../../ground/storage/storageProblems.ts';
import { confine } from '../sandbox/confine.ts';

interface RunOptions {
  timeoutMs: number;
  signal: AbortSignal;
  mostOutputBytes?: number;
  /** Of what it writes, as it comes. */
  onOutput?: (text: string) => void;
}

/** The tool ended with an error: the file is at fault. */
export class ToolRefusal extends Error {
  constructor(tool: string, said: string) {
    super(`${tool}: ${said.trim().slice(0, 1000)}`);
    this.name = 'ToolRefusal';
  }
}

/** A frame is larger or smaller than the first. */
export class FrameSizeChanged extends ToolRefusal {
  override name = 'FrameSizeChanged';
}

/** The tool cannot be started on this machine. */
export class ToolMissing extends Problem {
  constructor(tool: string, cause: unknown) {
    const sentence = `This server cannot work with videos: ${tool} cannot be started on it. Tell whoever runs this server.`;
    super('internal', sentence, { cause });
    this.name = 'ToolMissing';
  }
}

/** It did not end within its time limit, or used too much of the processor. */
export class ToolOverdue extends Problem {
  constructor(tool: string, cause: unknown) {
    super('timed-out', 'The video took too long to check. Ask for a shorter or smaller one.', { cause });
    this.name = 'ToolOverdue';
    this.message = `${tool}: ${this.message}`;
  }
}

/** Decoders hold a dozen frames for each thread: more threads would need more memory than is given. */
export const toolThreads = 4;
/** The largest film needs half of it. */
const dataBytes = 2_000_000_000;

/**
 * Runs ffmpeg or ffprobe in confinement and returns its output. Throws `ToolRefusal` when it exits with an error,
 * the signal's reason when aborted, `ToolMissing` when it cannot be started and `ToolOverdue` when its time is over.
 */
export async function runTool(
  tool: 'ffmpeg' | 'ffprobe',
  args: readonly string[],
  options: RunOptions,
): Promise<Buffer> {
  const cpuSeconds = Math.ceil(options.timeoutMs / 1_000) * toolThreads;
  const command = confine(tool, args, { dataBytes, cpuSeconds });
  return new Promise((resolve, reject) => {
    const child = execFile(
      command.file,
      command.args,
      {
        env: command.env,
        encoding: 'buffer',
        timeout: options.timeoutMs,
        killSignal: 'SIGKILL',
        signal: options.signal,
        maxBuffer: options.mostOutputBytes ?? 1_000_000,
      },
      (error, stdout, stderr) => {
        if (!error) resolve(stdout);
        else if (options.signal.aborted) reject(options.signal.reason);
        else reject(describeEnd(tool, error, stderr.toString()));
      },
    );
    if (options.onOutput) child.stdout?.on('data', (chunk) => options.onOutput?.(String(chunk)));
  });
}

function describeEnd(tool: string, error: ExecFileException, said: string): Error {
  // The second and third are the shell's words for it.
  if (error.syscall?.startsWith('spawn') || error.code === 126 || error.code === 127)
    return new ToolMissing(tool, error);
  if (hasErrorCode(error, 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER'))
    return new ToolRefusal(tool, 'it answered too much');
  if (error.killed || error.signal === 'SIGXCPU') return new ToolOverdue(tool, error);
  // A target on a full disk says nothing about the file.
  if (said.includes('No space left on device')) return noRoomProblem(error);
  if (otherSize.test(said)) return new FrameSizeChanged(tool, said);
  return new ToolRefusal(tool, said);
}

/** A decoder's, a filter's and ffmpeg's words. */
const otherSize = /specified max pixel count|non positive size for width|Error reinitializing filters/;

/** Whether a tool can be started here. Until it can, it is asked anew, and told once that it cannot. */
export function createToolCheck(
  tool: 'ffmpeg' | 'ffprobe',
  logger: Pick<Logger, 'warn'>,
): () => Promise<boolean> {
  let isThere = false;
  let isTold = false;
  return async () => {
    if (isThere) return true;
    try {
      await runTool(tool, ['-version'], { timeoutMs: 20_000, signal: new AbortController().signal });
      isThere = true;
    } catch (error) {
      if (!(error instanceof ToolMissing)) throw error;
      if (!isTold) logger.warn({ tool }, 'a tool cannot be started here: what needs it is left to others');
      isTold = true;
    }
    return isThere;
  };
}

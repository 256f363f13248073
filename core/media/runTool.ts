import { execFile } from 'node:child_process';
import { Problem } from '../errors.ts';
import { hasErrorCode } from '../storage/storageProblems.ts';

export interface RunOptions {
  timeoutMs: number;
  signal: AbortSignal;
  mostOutputBytes?: number;
}

/** The tool ended by itself and said no: the file is at fault. */
export class ToolRefusal extends Error {
  constructor(tool: string, said: string) {
    super(`${tool}: ${said.trim().slice(0, 1000)}`);
    this.name = 'ToolRefusal';
  }
}

/**
 * Runs ffmpeg or ffprobe without a shell and gives its output. Throws `ToolRefusal` when it exits with an error, the
 * signal's reason when aborted, and Problems when it is not installed or out of time.
 */
export async function runTool(
  tool: 'ffmpeg' | 'ffprobe',
  args: readonly string[],
  options: RunOptions,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    execFile(
      tool,
      args,
      {
        encoding: 'buffer',
        timeout: options.timeoutMs,
        killSignal: 'SIGKILL',
        signal: options.signal,
        maxBuffer: options.mostOutputBytes ?? 1_000_000,
      },
      (error, stdout, stderr) => {
        if (!error) resolve(stdout);
        else if (options.signal.aborted) reject(options.signal.reason);
        else if (hasErrorCode(error, 'ENOENT')) reject(notInstalled(error));
        else if (error.killed) reject(outOfTime(error));
        else reject(new ToolRefusal(tool, stderr.toString()));
      },
    );
  });
}

function notInstalled(cause: unknown): Problem {
  return new Problem('internal', 'This server cannot work with videos: ffmpeg is not installed on it.', {
    cause,
  });
}

function outOfTime(cause: unknown): Problem {
  return new Problem('timed-out', 'The video took too long to check. Ask for a shorter or smaller one.', {
    cause,
  });
}

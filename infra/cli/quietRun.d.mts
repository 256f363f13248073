/** For tests: the program itself runs before there is a compiler. */
export interface QuietOutcome {
  isDone: boolean;
  code?: string;
  signal?: NodeJS.Signals;
  end: string;
}

export function openLog(root: string, env: Record<string, string | undefined>): string;
export function runQuietly(
  what: { program: string; args: string[]; cwd: string; logFile: string },
  output: { write(text: string): void; isTerminal: boolean },
): Promise<QuietOutcome>;
export function exitCodeOf(signal: NodeJS.Signals): number;
export function showPath(root: string, logFile: string): string;

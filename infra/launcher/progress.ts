import type { Clock } from '@star-graph/core/ground/runtime/clock';

interface ProgressOutput {
  write(text: string): void;
  /** Whether a line can be drawn over. */
  isTerminal: boolean;
}

export interface StepProgress {
  /**
   * Runs one step of `stepCount`, showing what it notes on the way and its result, with the percentage of steps done.
   * A step that throws is marked and ends the run.
   */
  step<T>(title: string, work: (note: (text: string) => void) => Promise<StepResult<T>>): Promise<T>;
  /** A line of its own. */
  say(text: string): void;
}

interface StepResult<T> {
  value: T;
  /** A few words after the tick. */
  summary: string;
}

const eraseLine = '\r\u001B[2K';

export function createProgress(
  deps: { clock: Clock; output: ProgressOutput },
  stepCount: number,
): StepProgress {
  const { clock, output } = deps;
  let done = 0;
  const line = (mark: string, title: string, text: string) => {
    const percent = `${Math.round((done * 100) / stepCount)}`.padStart(3);
    return ` ${percent} % ${mark} ${title.padEnd(16)} ${text}`.trimEnd();
  };
  return {
    // In the place of the line that a step is drawing; the step draws it again.
    say: (text) => output.write(`${output.isTerminal ? eraseLine : ''}${text}\n`),
    async step(title, work) {
      const startedAtMs = clock.monotonicMs();
      const note = (text: string) =>
        output.write(
          output.isTerminal ? `${eraseLine}${line('…', title, text)}` : `${line('…', title, text)}\n`,
        );
      if (output.isTerminal) note('');
      const erase = output.isTerminal ? eraseLine : '';
      try {
        const { value, summary } = await work(note);
        done++;
        const seconds = ((clock.monotonicMs() - startedAtMs) / 1000).toFixed(1);
        output.write(`${erase}${line('✓', title, `${summary} (${seconds} s)`)}\n`);
        return value;
      } catch (error) {
        output.write(`${erase}${line('✗', title, '')}\n`);
        throw error;
      }
    },
  };
}

import { SingleBar } from 'cli-progress';

/** The display while a task runs. */
export interface Display {
  /** A line that stays. */
  say(text: string): void;
  /** Where the work is now. `percent` from 0 to 100. */
  show(percent: number, text: string): void;
  /** Removes the bar; a line may follow. */
  clear(): void;
}

export const silentDisplay: Display = { say: () => undefined, show: () => undefined, clear: () => undefined };

/** A bar on a terminal; in a pipe or a log one line for each change of the state and every tenth of the way. */
export function createDisplay(stream: NodeJS.WriteStream): Display {
  const say = (text: string) => void stream.write(`${text}\n`);
  return stream.isTTY ? createBar(stream, say) : createLines(say);
}

function createBar(stream: NodeJS.WriteStream, say: (text: string) => void): Display {
  let bar: SingleBar | undefined;
  return {
    say,
    show(percent, text) {
      if (!bar) {
        bar = new SingleBar({
          stream,
          format: ' {bar} {percentage} %  {text}',
          barsize: 30,
          barCompleteChar: '█',
          barIncompleteChar: '░',
          hideCursor: true,
          clearOnComplete: true,
        });
        bar.start(100, 0, { text: '' });
      }
      bar.update(Math.floor(percent), { text });
    },
    clear() {
      bar?.stop();
      bar = undefined;
    },
  };
}

function createLines(say: (text: string) => void): Display {
  let shown = '';
  return {
    say,
    show(percent, text) {
      const tenths = Math.floor(percent / 10) * 10;
      // Steps and the remaining time change with every update and are not worth a line.
      const line = `${String(tenths).padStart(3)} %  ${text.replace(/, .*$/, '')}`;
      if (line === shown) return;
      shown = line;
      say(line);
    },
    clear() {
      shown = '';
    },
  };
}

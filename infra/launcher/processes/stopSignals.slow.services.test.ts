import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createTestDir } from '../testing/processes.ts';

/** Prints until it is stopped, then slowly prints one more line and leaves a file. */
const talkative = `
  import { writeFileSync } from 'node:fs';
  import { aborted, listenForStop, runMain } from ${JSON.stringify(new URL('./stopSignals.ts', import.meta.url).href)};
  await runMain(async () => {
    const stopped = listenForStop((cause) => process.stdout.write(cause));
    const talk = setInterval(() => process[process.argv[2]].write('still here'), 10);
    await aborted(stopped);
    await new Promise((resolve) => setImmediate(resolve));
    clearInterval(talk);
    writeFileSync(process.argv[1], '');
    return 0;
  });`;

test.each(['stdout', 'stderr'] as const)(
  'a command without a reader of %s stops in order',
  async (stream) => {
    const file = join(createTestDir(), 'stopped');
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', talkative, file, stream], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    const ended = once(child, 'exit');
    await once(child[stream], 'data');
    child[stream].destroy();
    expect(await ended).toEqual([0, null]);
    expect(existsSync(file)).toBe(true);
  },
);

import { test } from 'vitest';
import { type ConsoleSetup, startConsole } from './consoleSetup.ts';

/** Started by the first file of a process that uses it, and ended with the process. */
// biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern which fixtures this one needs
const testOnShared = test.extend('running', { scope: 'worker' }, async ({}, { onCleanup }) => {
  const running = await startConsole();
  onCleanup(() => running[Symbol.asyncDispose]());
  return running;
});

/**
 * A console that other files of this process use before and after this one. It is for tests whose people look at what
 * is theirs alone: where a test changes a setting, a server, a workflow or the administrator's account, its file has to
 * start its own.
 */
export function sharedConsole(): Omit<ConsoleSetup, typeof Symbol.asyncDispose> {
  const setup = {} as ConsoleSetup;
  testOnShared.beforeAll(async ({ running }) => {
    Object.assign(setup, running);
    return async () => {
      // Where a test failed in between.
      running.platform.letGo();
      for (const window of running.browser.contexts()) await window.close();
    };
  });
  return setup;
}

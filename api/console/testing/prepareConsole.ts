import { buildConsole } from '../build/buildConsole.ts';

/** Before the first test in a browser: builds the console that is shipped, if it is not built already. */
export async function setup(): Promise<void> {
  await buildConsole();
}

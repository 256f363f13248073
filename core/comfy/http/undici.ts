import { createRequire } from 'node:module';
import type * as Undici from 'undici';

/*
 * When it is loaded, undici 8 makes itself the dispatcher of the whole process, even over an existing one, and
 * refuses forms that other libraries then send through it (discord.js has its own undici). Our requests name their
 * dispatcher; all others keep theirs.
 */
const processDispatcher = Symbol.for('undici.globalDispatcher.1');

const before: unknown = Reflect.get(globalThis, processDispatcher);
const undici = createRequire(import.meta.url)('undici') as typeof Undici;
Reflect.set(globalThis, processDispatcher, before);

export const { Agent, errors } = undici;
export type { Dispatcher } from 'undici';

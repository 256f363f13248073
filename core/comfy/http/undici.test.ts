import { expect, it } from 'vitest';

it('leaves the requests of other libraries to the dispatcher that the process has', async () => {
  const processDispatcher = Symbol.for('undici.globalDispatcher.1');
  const before: unknown = Reflect.get(globalThis, processDispatcher);
  const theirs = { dispatch: () => true };
  Reflect.set(globalThis, processDispatcher, theirs);
  try {
    await import('./undici.ts');
    expect(Reflect.get(globalThis, processDispatcher)).toBe(theirs);
  } finally {
    Reflect.set(globalThis, processDispatcher, before);
  }
});

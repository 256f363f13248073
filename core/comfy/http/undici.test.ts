import { expect, test } from 'vitest';

test("leaves other libraries' requests to the process' own dispatcher", async () => {
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

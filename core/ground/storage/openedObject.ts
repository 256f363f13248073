import type { OpenedObject } from './storage.ts';

export function openedObject(opened: Omit<OpenedObject, typeof Symbol.dispose>): OpenedObject {
  return { ...opened, [Symbol.dispose]: () => void opened.stream.destroy() };
}

import { source } from './randomness.ts';

/** In place of `uuid`: sorts by creation within a story, as UUIDv7 does, and is the same for the same seed. */
export function v7(): string {
  source.ids += 1;
  const ms = Math.floor(source.nowMs()).toString(16).padStart(12, '0');
  const n = source.ids.toString(16).padStart(6, '0');
  return `${ms.slice(0, 8)}-${ms.slice(8)}-7${n.slice(0, 3)}-8${n.slice(3)}-${'0'.repeat(12)}`;
}

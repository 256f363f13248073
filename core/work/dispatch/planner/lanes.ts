import type { PlannedBackend } from './plannedBackend.ts';

/** Of so many backends, one is kept free of long tasks; of fewer, one all the same. */
const backendsPerKept = 4;

/**
 * Long tasks never hold all backends that can run them: ComfyUI cannot pause, so a short task would wait for minutes.
 * A single backend takes them, as there is no other.
 * @param able the backends that can run the long task.
 */
export function mayHoldLong(candidate: PlannedBackend, able: readonly PlannedBackend[]): boolean {
  if (able.length < 2 || candidate.holdsLong) return true;
  const kept = Math.max(1, Math.floor(able.length / backendsPerKept));
  return able.filter(({ holdsLong }) => holdsLong).length < able.length - kept;
}

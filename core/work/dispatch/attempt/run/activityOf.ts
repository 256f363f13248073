import type { ExecutionEvent } from '../../../../comfy/comfy.ts';
import type { BackendHealth } from '../attempt.ts';

type Activity = Parameters<BackendHealth['reportActivity']>[1];

/** What the backend does while it is at this point of a run: see `activities`. Undefined where the event does not tell. */
export function activityOf(event: ExecutionEvent): Activity | undefined {
  if (event.type !== 'progress' || event.nodeType === undefined) return undefined;
  const { nodeType, step } = event;
  if (nodeType.includes('Loader')) return 'loading';
  if (step !== undefined && step > 0) return 'sampling';
  return nodeType.includes('Sampler') ? 'loading' : 'other';
}

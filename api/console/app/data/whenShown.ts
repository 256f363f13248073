import { whenIdle } from '@star-graph/ui/whenIdle';
import { loadWorkflows } from './catalogue.ts';

/**
 * Settles when the catalogue, which every view waits for, has come and is drawn: what nobody looks at is fetched then,
 * and takes nothing of the line from it.
 */
export async function whenShown(): Promise<void> {
  // Where it does not come, the view says so.
  await loadWorkflows().catch(() => {});
  await new Promise<void>(whenIdle);
}

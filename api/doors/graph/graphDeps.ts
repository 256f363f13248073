import type { MayUseClass } from '@star-graph/workflows/graph/allowedClasses';
import type { DoorDeps } from '../doorDeps.ts';
import type { PersonRuns } from './runs/personRuns.ts';

/** Of keys that open this door alone. */
export const doorScope = 'graph';

export interface GraphDeps extends DoorDeps {
  /** Classes that people's own graphs may use. */
  mayUseClass: MayUseClass;
  runs: PersonRuns;
}

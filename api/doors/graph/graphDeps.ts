import type { DoorDeps } from '../doorDeps.ts';
import type { PersonRuns } from './runs/personRuns.ts';

/** Of keys that open this door alone. */
export const doorScope = 'graph';

export interface GraphDeps extends DoorDeps {
  /** Classes that people's own graphs may use. */
  allowedClasses: ReadonlySet<string>;
  runs: PersonRuns;
}

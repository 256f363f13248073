import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import type { ApiContext } from '../../apiContext.ts';
import type { WorkflowListing } from '../../routes/catalogue/workflowListing.ts';
import type { DoorDeps } from '../doorDeps.ts';

export interface McpDeps extends DoorDeps {
  listing: WorkflowListing;
}

/** One HTTP request of a client. */
export interface Visit {
  ctx: ApiContext;
  caller: PersonCaller;
  /** Aborts when the client has hung up or this process stops. */
  signal: AbortSignal;
  /** What its key may spend a day through this door, beside the key's own limit; undefined: no limit. */
  creditsPerDay: number | undefined;
}

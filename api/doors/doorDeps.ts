import type Router from '@koa/router';
import type { EventFeeds } from '@star-graph/core/work/events/eventFeeds';
import type { ApiDeps } from '../apiDeps.ts';

/** What doors need beside what the routes do: tasks are followed while their clients wait. */
export interface DoorDeps extends ApiDeps {
  feeds: EventFeeds;
}

export interface Door {
  middleware: ReturnType<Router['routes']>;
  /** Answers those who wait, as the process stops. */
  close(): void;
}

import type { SendCancel, SendGenerate } from '@star-graph/contract/events';
import type { ProblemView } from '@star-graph/contract/problems';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import type { Subscriber } from '@star-graph/core/ground/redis/subscriber';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import type { Caller, PersonCaller } from '@star-graph/core/people/identity/caller';
import type { EventFeeds } from '@star-graph/core/work/events/eventFeeds';
import type { CredentialCheck } from '../checkCredential.ts';
import type { RequireAddress } from '../middleware/addressRules.ts';
import type { Walls } from './walls.ts';

export interface StompDeps extends CredentialCheck {
  clock: Clock;
  feeds: EventFeeds;
  subscriber: Subscriber;
  /** Prefix of names in Redis. */
  prefix: string;
  requireAddress: RequireAddress;
  /** What is made in Discord's Activities; undefined while they are switched off. */
  walls?: Walls | undefined;
  /** Counts a frame that asks for work, like a request. @throws Problem `rate-limited`. */
  countRequest(caller: Caller, address: string): Promise<void>;
  /** Counts a refused CONNECT, like a request with a bad credential. @throws as `countRequest`. */
  countRefusal(address: string): Promise<void>;
  /** Accepts a task, as the route does; answers after the commit. @param rawBody for the Idempotency-Key's hash. */
  generate(caller: PersonCaller, request: SendGenerate, rawBody: Uint8Array): Promise<TaskView>;
  cancel(caller: PersonCaller, request: SendCancel): Promise<TaskView>;
  /** A thrown error as a problem document; unexpected ones are logged. */
  presentError(error: unknown): ProblemView;
}

/** What the published package offers: README.md shows it. */
export type { AssetView } from '@star-graph/contract/assets/assets';
export type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
export type { EventView, PublicMessage } from '@star-graph/contract/events';
export type { ProblemCodeView, ProblemView } from '@star-graph/contract/problems';
export type { GenerateBodyOf, QuoteView } from '@star-graph/contract/tasks/generate';
export type { TaskView } from '@star-graph/contract/tasks/tasks';
export { applyAnswer, applyEvent, type FollowedTask } from './applyEvent.ts';
export { type ApiClient, type ClientConfig, createClient, type KeyedOptions } from './client.ts';
export { ClientProblem, Unreachable } from './clientProblem.ts';
export {
  type ConnectionState,
  connectEvents,
  type EventConnection,
  type EventListeners,
  type ResumePoint,
} from './connectEvents.ts';
export {
  type Credentials,
  createKeyCredentials,
  createSessionCredentials,
  type SessionTokens,
  type TokenStore,
  toSessionTokens,
} from './credentials.ts';
export { downloadAsset } from './downloadAsset.ts';
export {
  type FollowOptions,
  followTask,
  type RunOptions,
  runTask,
  TaskFailed,
  type TaskProgress,
} from './followTask.ts';
export { type Outcome, outcomeOf } from './outcome.ts';
export type { CallOptions } from './request.ts';
export { createSigningCredentials } from './signingCredentials.ts';
export type { UploadOptions } from './upload.ts';
export { type WatchOptions, watchTask } from './watchTask.ts';

/** What the published package offers: README.md shows it. */
export type { AssetView } from '../contract/assets/assets.ts';
export type { WorkflowView } from '../contract/catalogue/workflows.ts';
export type { EventView, PublicMessage } from '../contract/events.ts';
export type { ProblemCodeView, ProblemView } from '../contract/problems.ts';
export type { GenerateBodyOf, QuoteView } from '../contract/tasks/generate.ts';
export type { TaskView } from '../contract/tasks/tasks.ts';
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
export { type FollowOptions, followTask, type RunOptions, runTask, TaskFailed } from './followTask.ts';
export type { CallOptions } from './request.ts';
export { createSigningCredentials } from './signingCredentials.ts';
export { advanceProgress, type TaskProgress, waiting } from './taskProgress.ts';
export type { UploadOptions } from './upload.ts';
export { type WatchOptions, watchTask } from './watchTask.ts';

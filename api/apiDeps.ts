import type { ModelSites } from '@star-graph/core/desk/pool/modelSites';
import type { Env } from '@star-graph/core/ground/config/config';
import type { Role } from '@star-graph/core/ground/db/models/user';
import type { KeyRing } from '@star-graph/core/ground/encryption/keyRing';
import type { Mailer } from '@star-graph/core/ground/mailer';
import type { Health } from '@star-graph/core/ground/runtime/health/health';
import type { KeptViews } from '@star-graph/core/ground/runtime/keptViews';
import type { LiveSettings } from '@star-graph/core/ground/settings/liveSettings';
import type { FileUrlSigner } from '@star-graph/core/ground/storage/fileUrl';
import type { Storage } from '@star-graph/core/ground/storage/storage';
import type { LinkDeps } from '@star-graph/core/library/assets/openLink';
import type { UploadDeps } from '@star-graph/core/library/assets/uploadAsset';
import type { Catalogue } from '@star-graph/core/library/catalogue/catalogue';
import type { WorkflowRules } from '@star-graph/core/library/workflows/storeWorkflow';
import type { TextModel } from '@star-graph/core/media/textModel';
import type { Payments } from '@star-graph/core/money/payments/createProviders';
import type { Rooms } from '@star-graph/core/people/guilds/activityRooms';
import type { DiscordApi } from '@star-graph/core/people/guilds/discordApi';
import type { AccountDeps } from '@star-graph/core/people/identity/accounts/accounts';
import type { AuthenticateDeps } from '@star-graph/core/people/identity/authenticate';
import type { OidcClient } from '@star-graph/core/people/identity/oidc/oidcClient';
import type { Readmission } from '@star-graph/core/people/identity/readmission';
import type { InviteThrottle } from '@star-graph/core/people/identity/useInvite';
import type { ReadWordRules } from '@star-graph/core/people/safety/wordRules';
import type { PlanReader } from '@star-graph/core/work/dispatch/leader/publishedPlan';
import type { SubmitDeps } from '@star-graph/core/work/tasks/accepting/submitTask';
import type { QueueReader } from '@star-graph/core/work/tasks/queueState';
import type { VoucherThrottle } from './limits/codeThrottles.ts';
import type { MailThrottle } from './limits/mailThrottle.ts';
import type { PerUserQueue } from './limits/perUserQueue.ts';
import type { ProgramThrottle } from './limits/programThrottle.ts';
import type { RateLimits } from './limits/rateLimits.ts';
import type { TakeUploadSlot } from './limits/uploadSlots.ts';
import type { RequireAddress } from './middleware/addressRules.ts';
import type { TaskPresenterDeps } from './routes/tasks/presentTask.ts';

/**
 * Everything that the API's routes need; each takes the part that it uses. Made by `createApiDeps` from the parsed
 * configuration.
 */
export interface ApiDeps
  extends AccountDeps,
    AuthenticateDeps,
    LinkDeps,
    SubmitDeps,
    TaskPresenterDeps,
    UploadDeps {
  catalogue: Catalogue;
  workflowRules: WorkflowRules;
  storage: Storage;
  /** Encrypts secrets that have to be sent on. */
  keyRing: KeyRing;
  health: Health;
  rateLimits: RateLimits;
  readmission: Readmission;
  requireAddress: RequireAddress;
  queue: QueueReader;
  plans: PlanReader;
  payments: Payments;
  /** The credits that a person of a role may fetch once a day. */
  dailyGrant(role: Role): Promise<number>;
  /** Undefined: no e-mail is configured. */
  mailer: Mailer | undefined;
  mailThrottle: MailThrottle;
  voucherThrottle: VoucherThrottle;
  inviteThrottle: InviteThrottle;
  programThrottle: ProgramThrottle;
  takeUploadSlot: TakeUploadSlot;
  /** Accepts tasks, with a bounded number at once for each person. */
  acceptances: PerUserQueue;
  /** The environment. What administrators change meanwhile is in `settings`. */
  config: Env;
  settings: LiveSettings;
  wordRules: ReadWordRules;
  /** Where pages of models are read. */
  modelSites: ModelSites;
  /** Undefined: the operator has set none. */
  textModel: TextModel | undefined;
  /** What this process holds of the database. */
  keptViews: KeptViews;
  /** After the commit of a change to what processes hold: reads it here, and tells the others. */
  tellChange(): Promise<void>;
  /** The clients by their names, in the operator's order. */
  oidcClients: ReadonlyMap<string, OidcClient>;
  /** The address at which people reach the API, without a trailing slash. */
  publicUrl: string;
  /** The console within Discord; undefined while it is switched off. */
  activity: { discord: DiscordApi; rooms: Rooms } | undefined;
  /** The origin that links to files lead to. */
  filesFrom: string;
  /** Where files are served by this process; undefined with an object store, which serves them itself. */
  fileUrls: FileUrlSigner | undefined;
}

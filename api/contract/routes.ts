import { adminRoutes } from './admin/adminRoutes.ts';
import { examineRoutes } from './admin/examineRoutes.ts';
import { modelPageRoutes } from './admin/modelPages.ts';
import { personRoutes } from './admin/personRoutes.ts';
import { poolAgentRoutes } from './admin/poolAgents.ts';
import { queueRoutes } from './admin/queueRoutes.ts';
import { statisticsRoutes } from './admin/statistics.ts';
import { assetRoutes } from './assets/assetRoutes.ts';
import { collectionRoutes } from './assets/collections.ts';
import { exploreRoutes } from './assets/explore.ts';
import { projectRoutes, projectSharingRoutes } from './assets/projects.ts';
import { sharedCollectionRoutes } from './assets/sharedCollections.ts';
import { shareRoutes } from './assets/shares.ts';
import { tagRoutes } from './assets/tags.ts';
import { authRoutes } from './auth/authRoutes.ts';
import { inviteRoutes } from './auth/invites.ts';
import { secondFactorRoutes } from './auth/secondFactorRoutes.ts';
import { catalogueRoutes } from './catalogue/catalogueRoutes.ts';
import { modelRoutes } from './catalogue/modelRoutes.ts';
import { wildcardRoutes } from './catalogue/wildcards.ts';
import { activityRoutes } from './guilds/activityRoutes.ts';
import { guildRoutes } from './guilds/guildRoutes.ts';
import { paymentRoutes } from './payments/paymentRoutes.ts';
import { voucherRoutes } from './payments/voucherRoutes.ts';
import { backupRoutes } from './platform/backups.ts';
import { keyRoutes } from './platform/keyRoutes.ts';
import { platformRoutes } from './platform/platformRoutes.ts';
import { settingRoutes } from './platform/settingRoutes.ts';
import type { RouteSpec } from './route.ts';
import { safetyRoutes } from './safety/safetyRoutes.ts';
import { wordRuleRoutes } from './safety/wordRuleRoutes.ts';
import { taskRoutes } from './tasks/taskRoutes.ts';
import { draftRoutes } from './users/drafts.ts';
import { emailRoutes } from './users/emailRoutes.ts';
import { erasureRoutes } from './users/erasureRoutes.ts';
import { exportRoutes } from './users/exportRoutes.ts';
import { groupRoutes } from './users/groups.ts';
import { presetRoutes } from './users/presets.ts';
import { programRoutes } from './users/programs.ts';
import { rolePolicyRoutes } from './users/rolePolicyRoutes.ts';
import { userRoutes } from './users/userRoutes.ts';
import { webhookRoutes } from './users/webhookRoutes.ts';

/** Every operation of the API by its operation id. */
export const routes = {
  ...authRoutes,
  ...secondFactorRoutes,
  ...inviteRoutes,
  ...userRoutes,
  ...erasureRoutes,
  ...exportRoutes,
  ...emailRoutes,
  ...presetRoutes,
  ...draftRoutes,
  ...programRoutes,
  ...webhookRoutes,
  ...taskRoutes,
  ...assetRoutes,
  ...shareRoutes,
  ...collectionRoutes,
  ...sharedCollectionRoutes,
  ...tagRoutes,
  ...exploreRoutes,
  ...projectRoutes,
  ...projectSharingRoutes,
  ...catalogueRoutes,
  ...platformRoutes,
  ...paymentRoutes,
  ...voucherRoutes,
  ...guildRoutes,
  ...activityRoutes,
  ...adminRoutes,
  ...examineRoutes,
  ...poolAgentRoutes,
  ...modelPageRoutes,
  ...personRoutes,
  ...queueRoutes,
  ...keyRoutes,
  ...backupRoutes,
  ...statisticsRoutes,
  ...rolePolicyRoutes,
  ...groupRoutes,
  ...modelRoutes,
  ...settingRoutes,
  ...wildcardRoutes,
  ...wordRuleRoutes,
  ...safetyRoutes,
} as const satisfies Record<string, RouteSpec>;

export type Routes = typeof routes;
export type OperationId = keyof Routes;

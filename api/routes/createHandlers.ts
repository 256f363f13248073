import type { OperationId } from '@star-graph/contract/routes';
import type { ApiDeps } from '../apiDeps.ts';
import { createAdminHandlers } from './admin/adminHandlers.ts';
import { createExamineHandlers } from './admin/examineHandlers.ts';
import { createModelPageHandlers } from './admin/modelPageHandlers.ts';
import { createPeopleHandlers } from './admin/peopleHandlers.ts';
import { createPersonHandlers } from './admin/personHandlers.ts';
import { createPoolAgentHandlers } from './admin/poolAgentHandlers.ts';
import { createPoolHandlers } from './admin/poolHandlers.ts';
import { createQueueHandlers } from './admin/queueHandlers.ts';
import { createServiceKeyHandlers } from './admin/serviceKeyHandlers.ts';
import { createStatisticsHandlers } from './admin/statisticsHandlers.ts';
import { createWorkflowHandlers } from './admin/workflowHandlers.ts';
import { createAssetHandlers } from './assets/assetHandlers.ts';
import { createAssetListHandlers } from './assets/assetListHandlers.ts';
import { createCollectionHandlers } from './assets/collectionHandlers.ts';
import { createExploreHandlers } from './assets/exploreHandlers.ts';
import { createFavouriteHandlers } from './assets/favouriteHandlers.ts';
import { createImportHandlers } from './assets/importHandlers.ts';
import { createOriginHandlers } from './assets/originHandlers.ts';
import { createProjectHandlers, createProjectSharingHandlers } from './assets/projectHandlers.ts';
import { createSharedCollectionHandlers } from './assets/sharedCollectionHandlers.ts';
import { createShareHandlers } from './assets/shareHandlers.ts';
import { createTagHandlers } from './assets/tagHandlers.ts';
import { createAuthHandlers } from './auth/authHandlers.ts';
import { createInviteHandlers } from './auth/inviteHandlers.ts';
import { createPasswordHandlers } from './auth/passwordHandlers.ts';
import { createSecondFactorHandlers } from './auth/secondFactorHandlers.ts';
import { createCatalogueHandlers } from './catalogue/catalogueHandlers.ts';
import { createModelHandlers } from './catalogue/modelHandlers.ts';
import { createWildcardHandlers } from './catalogue/wildcardHandlers.ts';
import { createActivityHandlers } from './guilds/activityHandlers.ts';
import { createBotShardHandlers } from './guilds/botShardHandlers.ts';
import { createDiscordNoticeHandlers } from './guilds/discordNoticeHandlers.ts';
import { createGalleryHandlers } from './guilds/galleryHandlers.ts';
import { createGuildCreditHandlers } from './guilds/guildCreditHandlers.ts';
import { createGuildPolicyHandlers } from './guilds/guildPolicyHandlers.ts';
import type { Handlers } from './handler.ts';
import { createPaymentHandlers } from './payments/paymentHandlers.ts';
import { createVoucherHandlers } from './payments/voucherHandlers.ts';
import { createBackupHandlers } from './platform/backupHandlers.ts';
import { createKeyHandlers } from './platform/keyHandlers.ts';
import { createPlatformHandlers } from './platform/platformHandlers.ts';
import { createSettingHandlers } from './platform/settingHandlers.ts';
import { createQuarantineHandlers } from './safety/quarantineHandlers.ts';
import { createReportHandlers } from './safety/reportHandlers.ts';
import { createWordRuleHandlers } from './safety/wordRuleHandlers.ts';
import { createGenerateHandlers } from './tasks/generateHandlers.ts';
import { createTaskHandlers } from './tasks/taskHandlers.ts';
import { createWritingHandlers } from './tasks/writingHandlers.ts';
import { createEmailHandlers } from './users/emailHandlers.ts';
import { createErasureHandlers } from './users/erasureHandlers.ts';
import { createExportHandlers } from './users/exportHandlers.ts';
import { createGroupHandlers } from './users/groupHandlers.ts';
import { createPresetHandlers } from './users/presetHandlers.ts';
import { createProgramHandlers } from './users/programHandlers.ts';
import { createRolePolicyHandlers } from './users/rolePolicyHandlers.ts';
import { createUserHandlers } from './users/userHandlers.ts';
import { createWebhookHandlers } from './users/webhookHandlers.ts';

/** Every operation with a single answer; a stream outlives its request, and its server ends it. */
export const createHandlers = (deps: ApiDeps): Handlers<Exclude<OperationId, 'followTask'>> => ({
  ...createAdminHandlers(deps),
  ...createPeopleHandlers(deps),
  ...createPersonHandlers(deps),
  ...createExamineHandlers(deps),
  ...createPoolHandlers(deps),
  ...createPoolAgentHandlers(deps),
  ...createModelPageHandlers(deps),
  ...createQueueHandlers(deps),
  ...createKeyHandlers(deps),
  ...createBackupHandlers(deps),
  ...createServiceKeyHandlers(deps),
  ...createStatisticsHandlers(deps),
  ...createWorkflowHandlers(deps),
  ...createAssetHandlers(deps),
  ...createImportHandlers(deps),
  ...createFavouriteHandlers(deps),
  ...createAssetListHandlers(deps),
  ...createOriginHandlers(deps),
  ...createShareHandlers(deps),
  ...createCollectionHandlers(deps),
  ...createSharedCollectionHandlers(deps),
  ...createTagHandlers(deps),
  ...createExploreHandlers(deps),
  ...createProjectHandlers(deps),
  ...createProjectSharingHandlers(deps),
  ...createAuthHandlers(deps),
  ...createSecondFactorHandlers(deps),
  ...createInviteHandlers(deps),
  ...createPasswordHandlers(deps),
  ...createCatalogueHandlers(deps),
  ...createGalleryHandlers(deps),
  ...createDiscordNoticeHandlers(deps),
  ...createBotShardHandlers(deps),
  ...createActivityHandlers(deps),
  ...createGuildCreditHandlers(deps),
  ...createGuildPolicyHandlers(deps),
  ...createPaymentHandlers(deps),
  ...createVoucherHandlers(deps),
  ...createPlatformHandlers(deps),
  ...createRolePolicyHandlers(deps),
  ...createGroupHandlers(deps),
  ...createModelHandlers(deps),
  ...createSettingHandlers(deps),
  ...createGenerateHandlers(deps),
  ...createWritingHandlers(deps),
  ...createTaskHandlers(deps),
  ...createUserHandlers(deps),
  ...createPresetHandlers(deps),
  ...createProgramHandlers(deps),
  ...createErasureHandlers(deps),
  ...createExportHandlers(deps),
  ...createEmailHandlers(deps),
  ...createWebhookHandlers(deps),
  ...createWildcardHandlers(deps),
  ...createWordRuleHandlers(deps),
  ...createQuarantineHandlers(deps),
  ...createReportHandlers(deps),
});

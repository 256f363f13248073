import type { Knex } from 'knex';
import * as initial from './0001_initial.ts';
import * as activeWorkflow from './0002_active_workflow.ts';
import * as environmentBackends from './0003_environment_backends.ts';
import * as credentialParents from './0004_credential_parents.ts';
import * as grantLocks from './0005_grant_locks.ts';
import * as backendAccess from './0006_backend_access.ts';
import * as modelMarks from './0007_model_marks.ts';
import * as queryIndexes from './0008_query_indexes.ts';
import * as recallAndRestart from './0009_recall_and_restart.ts';
import * as memberDays from './0010_member_days.ts';
import * as preferences from './0011_preferences.ts';
import * as guildCredits from './0012_guild_credits.ts';
import * as favourites from './0014_favourites.ts';
import * as gallery from './0016_gallery.ts';
import * as galleryRemovals from './0017_gallery_removals.ts';
import * as thumbnailTries from './0018_thumbnail_tries.ts';
import * as outboxTask from './0019_outbox_task.ts';
import * as queuePause from './0020_queue_pause.ts';
import * as requeue from './0021_requeue.ts';
import * as rolePolicies from './0022_role_policies.ts';
import * as recycle from './0023_recycle.ts';
import * as auditSeals from './0024_audit_seals.ts';
import * as warmUps from './0025_warm_ups.ts';
import * as movedTasks from './0026_moved_tasks.ts';
import * as oidc from './0028_oidc.ts';
import * as passwordResets from './0029_password_resets.ts';
import * as peopleSearch from './0030_people_search.ts';
import * as emailAddresses from './0031_email_addresses.ts';
import * as secondFactors from './0032_second_factors.ts';
import * as passkeys from './0033_passkeys.ts';
import * as personNotes from './0034_person_notes.ts';
import * as payments from './0035_payments.ts';
import * as vouchers from './0036_vouchers.ts';
import * as giftDays from './0037_gift_days.ts';
import * as dailyByRole from './0038_daily_by_role.ts';
import * as settingVersions from './0040_setting_versions.ts';
import * as quotas from './0041_quotas.ts';
import * as signingKeys from './0044_signing_keys.ts';
import * as sealedSecrets from './0045_sealed_secrets.ts';
import * as keyLimits from './0046_key_limits.ts';
import * as signedKeys from './0047_signed_keys.ts';
import * as erasures from './0048_erasures.ts';
import * as quarantines from './0051_quarantines.ts';
import * as reports from './0052_reports.ts';
import * as webhookBreakers from './0054_webhook_breakers.ts';
import * as statistics from './0055_statistics.ts';
import * as webhookOldSecrets from './0057_webhook_old_secrets.ts';
import * as invites from './0058_invites.ts';

/** An explicit list: an order that can be read, and no folder scan at run time. */
const migrations: readonly { name: string; migration: Knex.Migration }[] = [
  { name: '0001_initial', migration: initial },
  { name: '0002_active_workflow', migration: activeWorkflow },
  { name: '0003_environment_backends', migration: environmentBackends },
  { name: '0004_credential_parents', migration: credentialParents },
  { name: '0005_grant_locks', migration: grantLocks },
  { name: '0006_backend_access', migration: backendAccess },
  { name: '0007_model_marks', migration: modelMarks },
  { name: '0008_query_indexes', migration: queryIndexes },
  { name: '0009_recall_and_restart', migration: recallAndRestart },
  { name: '0010_member_days', migration: memberDays },
  { name: '0011_preferences', migration: preferences },
  { name: '0012_guild_credits', migration: guildCredits },
  { name: '0014_favourites', migration: favourites },
  { name: '0016_gallery', migration: gallery },
  { name: '0017_gallery_removals', migration: galleryRemovals },
  { name: '0018_thumbnail_tries', migration: thumbnailTries },
  { name: '0019_outbox_task', migration: outboxTask },
  { name: '0020_queue_pause', migration: queuePause },
  { name: '0021_requeue', migration: requeue },
  { name: '0022_role_policies', migration: rolePolicies },
  { name: '0023_recycle', migration: recycle },
  { name: '0024_audit_seals', migration: auditSeals },
  { name: '0025_warm_ups', migration: warmUps },
  { name: '0026_moved_tasks', migration: movedTasks },
  { name: '0028_oidc', migration: oidc },
  { name: '0029_password_resets', migration: passwordResets },
  { name: '0030_people_search', migration: peopleSearch },
  { name: '0031_email_addresses', migration: emailAddresses },
  { name: '0032_second_factors', migration: secondFactors },
  { name: '0033_passkeys', migration: passkeys },
  { name: '0034_person_notes', migration: personNotes },
  { name: '0035_payments', migration: payments },
  { name: '0036_vouchers', migration: vouchers },
  { name: '0037_gift_days', migration: giftDays },
  { name: '0038_daily_by_role', migration: dailyByRole },
  { name: '0040_setting_versions', migration: settingVersions },
  { name: '0041_quotas', migration: quotas },
  { name: '0044_signing_keys', migration: signingKeys },
  { name: '0045_sealed_secrets', migration: sealedSecrets },
  { name: '0046_key_limits', migration: keyLimits },
  { name: '0047_signed_keys', migration: signedKeys },
  { name: '0048_erasures', migration: erasures },
  { name: '0051_quarantines', migration: quarantines },
  { name: '0052_reports', migration: reports },
  { name: '0054_webhook_breakers', migration: webhookBreakers },
  { name: '0055_statistics', migration: statistics },
  { name: '0057_webhook_old_secrets', migration: webhookOldSecrets },
  { name: '0058_invites', migration: invites },
];

export const migrationSource: Knex.MigrationSource<(typeof migrations)[number]> = {
  getMigrations: async () => [...migrations],
  getMigrationName: ({ name }) => name,
  getMigration: async ({ migration }) => migration,
};

import { adminRoute } from '../admin/adminRoute.ts';
import { pageQuerySchema } from '../pages.ts';
import {
  settingChangeListSchema,
  settingsPatchSchema,
  settingsRevertSchema,
  settingsSchema,
} from './settings.ts';

/** Limits, prices and switches, changed while the platform runs. */
export const settingRoutes = {
  adminGetSettings: adminRoute('settings', {
    method: 'get',
    summary: 'Read the limits, prices and switches in force, and where they come from',
    success: { status: 200, description: 'What is in force; secrets are left out', body: settingsSchema },
  }),
  adminPatchSettings: adminRoute('settings', {
    method: 'patch',
    summary: 'Change limits, prices and switches',
    description:
      'In force everywhere within two seconds, without a restart. Send the version that you read: if somebody changed it meanwhile, nothing is changed. Accepted tasks keep their price, and a limit that is lowered ends nothing.',
    body: settingsPatchSchema,
    success: { status: 200, description: 'What is in force now', body: settingsSchema },
    problems: ['changed-meanwhile'],
    needsPresence: true,
  }),
  adminRevertSettings: adminRoute('settings/revert', {
    method: 'post',
    summary: 'Go back to an earlier version of the settings, or to the environment’s values',
    body: settingsRevertSchema,
    success: { status: 200, description: 'What is in force now', body: settingsSchema },
    problems: ['changed-meanwhile', 'not-found'],
    needsPresence: true,
  }),
  adminListSettingChanges: adminRoute('settings/history', {
    method: 'get',
    summary: 'Read who changed which settings',
    query: pageQuerySchema,
    success: { status: 200, description: 'Changes, newest first', body: settingChangeListSchema },
  }),
};

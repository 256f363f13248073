import { readModelPage, takeModelSample } from '@star-graph/core/desk/pool/readModelPage';
import { requireNoMaintenance } from '@star-graph/core/ground/settings/maintenance';
import { presentAsset } from '@star-graph/core/library/assets/presentAsset';
import type { UploadDeps } from '@star-graph/core/library/assets/uploadAsset';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';

export const createModelPageHandlers = (
  deps: UploadDeps & Pick<ApiDeps, 'storage' | 'settings' | 'modelSites' | 'takeUploadSlot'>,
) =>
  defineHandlers({
    async adminReadModelPage({ body }) {
      const { sampleUrl, ...page } = await readModelPage(deps.modelSites, body.url);
      return { ...page, hasSample: sampleUrl !== null };
    },
    async adminTakeModelSample({ body, caller }) {
      requireNoMaintenance(await deps.settings.read(), caller.account);
      const leaveSlot = deps.takeUploadSlot(caller.account.id);
      try {
        const asset = await takeModelSample(deps, caller.account.id, body.url, AbortSignal.timeout(60_000));
        return await presentAsset(deps.storage, asset);
      } finally {
        leaveSlot();
      }
    },
  });

import { createHash } from 'node:crypto';
import { requireNoMaintenance } from '@star-graph/core/ground/settings/maintenance';
import { requireAsset } from '@star-graph/core/library/assets/assets';
import { deleteAsset, deleteAssets, restoreAssets } from '@star-graph/core/library/assets/deleteAssets';
import { presentAsset } from '@star-graph/core/library/assets/presentAsset';
import { takeUpload, type UploadDeps } from '@star-graph/core/library/assets/uploadAsset';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';
import { parseIdempotencyKey } from '../parseIdempotencyKey.ts';
import { measureUpload } from './measureUpload.ts';
import { receiveFile } from './receiveFile.ts';

export const createAssetHandlers = (
  deps: UploadDeps &
    Pick<ApiDeps, 'database' | 'clock' | 'storage' | 'settings' | 'publicUrl' | 'takeUploadSlot'>,
) =>
  defineHandlers({
    async uploadAsset({ caller, ctx, query }) {
      requireNoMaintenance(await deps.settings.read(), caller.account);
      const key = parseIdempotencyKey(ctx);
      const purpose = query.purpose ?? '';
      const bodyHashOf = (sha256: string) =>
        createHash('sha256').update(`assets\n${purpose}\n${sha256}`).digest('hex');
      const options = {
        isMask: purpose === 'mask',
        claim: key === undefined ? undefined : { key, bodyHashOf },
      };
      const leaveSlot = deps.takeUploadSlot(caller.account.id);
      try {
        const asset = await measureUpload(async () => {
          const taken = await receiveFile(ctx, deps.uploads.limitBytes, (file, signal) =>
            takeUpload(deps, caller.account.id, file, signal, options),
          );
          if (taken.replayed) ctx.status = 200;
          return taken.asset;
        });
        ctx.set('Location', `${deps.publicUrl}/api/v1/assets/${asset.id}`);
        return await presentAsset(deps.storage, asset);
      } finally {
        leaveSlot();
      }
    },
    async getAsset({ params, caller }) {
      return presentAsset(deps.storage, await requireAsset(deps.database, params.id, caller.account.id));
    },
    async deleteAsset({ params, caller }) {
      await deleteAsset(deps, params.id, caller.account.id);
      return undefined;
    },
    async deleteAssets({ body, caller }) {
      return { ids: await deleteAssets(deps, body.ids, caller.account.id) };
    },
    async restoreAssets({ body, caller }) {
      const { FAVOURITES_PER_USER: atMost } = await deps.settings.read();
      return { ids: await restoreAssets(deps, body.ids, caller.account.id, atMost) };
    },
    async getAssetUrl({ params, query, caller }) {
      const asset = await requireAsset(deps.database, params.id, caller.account.id);
      const ttlSeconds = query.ttlHours * 3_600;
      const expiresAt = new Date(deps.clock.now().getTime() + ttlSeconds * 1_000);
      const url = await deps.storage.signedUrl(asset.storageKey, { ttlSeconds, mime: asset.mime });
      return { url, expiresAt: expiresAt.toISOString() };
    },
  });

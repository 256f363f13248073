import { createHash } from 'node:crypto';
import { requireNoMaintenance } from '@star-graph/core/ground/settings/maintenance';
import { type ImportRequest, importAsset } from '@star-graph/core/library/assets/importAsset';
import type { LinkDeps } from '@star-graph/core/library/assets/openLink';
import { presentAsset } from '@star-graph/core/library/assets/presentAsset';
import type { UploadDeps } from '@star-graph/core/library/assets/uploadAsset';
import type { ApiContext } from '../../apiContext.ts';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';
import { parseIdempotencyKey } from '../parseIdempotencyKey.ts';
import { measureUpload } from './measureUpload.ts';

export const createImportHandlers = (
  deps: UploadDeps & LinkDeps & Pick<ApiDeps, 'storage' | 'settings' | 'publicUrl' | 'takeUploadSlot'>,
) =>
  defineHandlers({
    async importAsset({ body, caller, ctx }) {
      requireNoMaintenance(await deps.settings.read(), caller.account);
      const leaveSlot = deps.takeUploadSlot(caller.account.id);
      try {
        const request = { userId: caller.account.id, url: body.url, ...idempotencyOf(ctx) };
        const asset = await measureUpload(async () => {
          const imported = await importAsset(deps, request, goneSignal(ctx));
          if (imported.replayed) ctx.status = 200;
          return imported.asset;
        });
        ctx.set('Location', `${deps.publicUrl}/api/v1/assets/${asset.id}`);
        return await presentAsset(deps.storage, asset);
      } finally {
        leaveSlot();
      }
    },
  });

function idempotencyOf(ctx: ApiContext): Pick<ImportRequest, 'idempotency'> {
  const key = parseIdempotencyKey(ctx);
  if (key === undefined) return {};
  const hash = createHash('sha256').update('assets/imports\n');
  return { idempotency: { key, bodyHash: hash.update(ctx.request.rawBody ?? '').digest('hex') } };
}

/** Nothing is fetched or written for somebody who has gone. */
export function goneSignal({ res }: ApiContext): AbortSignal {
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  return gone.signal;
}

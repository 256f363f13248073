import { Readable } from 'node:stream';
import type { Asset } from '@star-graph/core/ground/db/models/asset';
import { Problem } from '@star-graph/core/ground/errors';
import { requireNoMaintenance } from '@star-graph/core/ground/settings/maintenance';
import { importAsset } from '@star-graph/core/library/assets/importAsset';
import { uploadAsset } from '@star-graph/core/library/assets/uploadAsset';
import { z } from 'zod';
import { measureUpload } from '../../../routes/assets/measureUpload.ts';
import { assetOutput } from '../outputs.ts';
import { type Call, defineTool } from '../tool.ts';
import type { McpDeps } from '../visit.ts';

const input = z.strictObject({
  url: z.string().max(2_000).optional().meta({ description: 'A link to the file on the public internet' }),
  data: z.string().optional().meta({ description: 'The file itself in base64, without a link' }),
});

export const upload = defineTool({
  name: 'upload',
  title: 'Upload a picture, a video or a sound',
  description:
    'Takes a picture, a video or a sound, by a link or as base64, and answers the id of its asset: params of workflows that start from a file take it. Costs nothing. What a task made needs no upload.',
  input,
  output: assetOutput,
  scope: 'assets',
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
  async run(deps, asked, call) {
    const { account } = call.visit.caller;
    requireNoMaintenance(await deps.settings.read(), account);
    const leaveSlot = deps.takeUploadSlot(account.id);
    const asset = await measureUpload(() => take(deps, asked, call)).finally(leaveSlot);
    const { id: assetId, mime, width, height, durationMs } = asset;
    const size = width > 0 ? `${width} × ${height}` : `${(durationMs ?? 0) / 1_000} seconds`;
    return {
      content: [{ type: 'text', text: `The asset is ${assetId}: ${mime}, ${size}.` }],
      structuredContent: { assetId, mime, width, height },
    };
  },
});

const base64Pattern = /^(?:data:[\w.+/-]+;base64,)?([A-Za-z0-9+/\s]+={0,2})\s*$/;

async function take(deps: McpDeps, { url, data }: z.output<typeof input>, call: Call): Promise<Asset> {
  const userId = call.visit.caller.account.id;
  if ((url === undefined) === (data === undefined))
    throw new Problem('invalid-params', 'Give either url or data.');
  if (url !== undefined) return (await importAsset(deps, { userId, url }, call.signal)).asset;
  const [, base64] = base64Pattern.exec(data ?? '') ?? [];
  if (base64 === undefined)
    throw new Problem('invalid-params', 'The data is not base64.', {
      errors: [{ pointer: '/data', message: 'Send the bytes of the file in base64, or a url.' }],
    });
  return uploadAsset(deps, userId, Readable.from([Buffer.from(base64, 'base64')]), call.signal);
}

import type { Asset } from '@star-graph/core/ground/db/models/asset';
import { Problem } from '@star-graph/core/ground/errors';
import { requireAsset } from '@star-graph/core/library/assets/assets';
import { pngHeadBytes, pngTextChunks } from '@star-graph/core/media/metadata/pngText';
import type { Encoding } from '@star-graph/core/media/pictureFormats';
import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import { ownFile } from '@star-graph/workflows/graph/checkOwnGraph';
import { assetIdOf } from '@star-graph/workflows/graph/ownGraphParams';
import type { ApiContext } from '../../apiContext.ts';
import { type AddedBytes, answerObject } from '../../routes/assets/serveFiles.ts';
import { readResult } from '../readResults.ts';
import type { GraphDeps } from './graphDeps.ts';
import { fileNameOf } from './runs/presentRuns.ts';
import { findRuns } from './runs/run.ts';

const unknownFile = () => new Problem('not-found', 'There is no such file of yours.');

/** A result or an upload of the person, whatever folder its client says. @throws Problem `not-found`. */
export async function viewFile(deps: GraphDeps, ctx: ApiContext, caller: PersonCaller): Promise<void> {
  const name = ctx.query.filename;
  if (typeof name !== 'string' || !ownFile.test(name)) throw unknownFile();
  await answerAsset(deps, ctx, await requireAsset(deps.database, assetIdOf(name), caller.account.id));
}

/** The bytes of a file of the person, as the request wants them. */
export async function answerAsset(deps: GraphDeps, ctx: ApiContext, asset: Asset): Promise<void> {
  ctx.set({
    'Cache-Control': 'private, max-age=3600',
    'Content-Disposition': `inline; filename="${fileNameOf(asset)}"`,
    'Content-Security-Policy': "default-src 'none'; sandbox",
  });
  const preview = previewOf(ctx.query.preview);
  if (preview && asset.mime.startsWith('image/')) {
    ctx.type = `image/${preview.format}`;
    ctx.body = await readResult(deps, asset, preview);
    return;
  }
  ctx.type = asset.mime;
  await answerObject(deps.storage, ctx, asset.storageKey, asset.bytes, await graphOf(deps, asset));
}

/** As ComfyUI reads it: `jpeg`, anything else is WebP; the last number is the quality. */
function previewOf(asked: unknown): Encoding | undefined {
  if (typeof asked !== 'string' || asked === '') return undefined;
  const [format, ...rest] = asked.split(';');
  const last = Number(rest.at(-1));
  const quality = Number.isInteger(last) && last >= 1 && last <= 100 ? last : 90;
  return { format: format === 'jpeg' ? 'jpeg' : 'webp', quality };
}

/** The graph of a result, as ComfyUI writes it into a PNG: its pages open a picture that has it. */
async function graphOf(deps: GraphDeps, { taskId, userId, mime }: Asset): Promise<AddedBytes | undefined> {
  if (mime !== 'image/png' || taskId === null || userId === null) return undefined;
  const [run] = await findRuns(deps.database, userId, [taskId]);
  if (!run) return undefined;
  return { at: pngHeadBytes, bytes: pngTextChunks({ prompt: JSON.stringify(run.params.graph) }) };
}

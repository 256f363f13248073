import { Problem } from '@star-graph/core/ground/errors';
import { requireAsset } from '@star-graph/core/library/assets/assets';
import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import { ownFile } from '@star-graph/workflows/ownGraph/checkOwnGraph';
import { assetIdOf } from '@star-graph/workflows/ownGraph/ownGraphParams';
import type { ApiContext } from '../../apiContext.ts';
import { answerObject } from '../../routes/assets/serveFiles.ts';
import type { GraphDeps } from './graphDeps.ts';

const unknownFile = () => new Problem('not-found', 'There is no such file of yours.');

/** A result or an upload of the person, whatever folder its client says. @throws Problem `not-found`. */
export async function viewFile(deps: GraphDeps, ctx: ApiContext, caller: PersonCaller): Promise<void> {
  const name = ctx.query.filename;
  if (typeof name !== 'string' || !ownFile.test(name)) throw unknownFile();
  const asset = await requireAsset(deps.database, assetIdOf(name), caller.account.id);
  ctx.set({
    'Cache-Control': 'private, max-age=3600',
    'Content-Disposition': `inline; filename="${name}"`,
    'Content-Security-Policy': "default-src 'none'; sandbox",
  });
  ctx.type = asset.mime;
  await answerObject(deps.storage, ctx, asset.storageKey, asset.bytes);
}

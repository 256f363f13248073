import type { Workflow, WorkflowParams } from '@star-graph/workflows';
import type { Database } from '../../db/connect.ts';
import { Asset } from '../../db/models/asset.ts';
import type { TaskImage } from '../../db/models/task.ts';
import { Problem } from '../../errors.ts';
import { isId } from '../../runtime/ids.ts';

/**
 * The input assets that the params name, by parameter.
 * @throws Problem `not-found` for an asset that is missing, deleted or another person's (all look the same);
 * `unsupported-media` for a video where a picture is needed; `invalid-params` for sizes that the workflow does not
 * take.
 */
export async function requireInputImages(
  database: Database,
  userId: string,
  workflow: Workflow,
  params: WorkflowParams,
): Promise<Record<string, TaskImage>> {
  const named = workflow.imageParams.flatMap((param) => {
    const assetId = params[param];
    return typeof assetId === 'string' ? [{ param, assetId }] : [];
  });
  if (named.length === 0) return {};
  const ids = named.map(({ assetId }) => assetId).filter(isId);
  const assets = await Asset.query(database)
    .findByIds(ids)
    .where({ userId })
    .whereNull('deletedAt')
    .whereNull('quarantinedAt');
  const byId = new Map(assets.map((asset) => [asset.id, asset]));
  const images: Record<string, TaskImage> = {};
  for (const { param, assetId } of named) images[param] = toTaskImage(param, byId.get(assetId));
  const faults = workflow.checkImages(params, images);
  if (faults.length > 0)
    throw new Problem(
      'invalid-params',
      'The picture does not fit this request. See the errors for what would.',
      {
        errors: faults,
      },
    );
  return images;
}

function toTaskImage(param: string, asset: Asset | undefined): TaskImage {
  if (!asset)
    throw new Problem(
      'not-found',
      'There is no such picture. Upload it first and use the id of the answer.',
      {
        errors: [{ pointer: `/${param}`, message: 'No asset of yours has this id.' }],
      },
    );
  if (!asset.mime.startsWith('image/'))
    throw new Problem('unsupported-media', 'This needs a picture, and the asset is a video.', {
      errors: [{ pointer: `/${param}`, message: 'Not a picture.' }],
    });
  const { id, sha256, mime, storageKey, width, height } = asset;
  return { assetId: id, sha256, mime, storageKey, width, height };
}

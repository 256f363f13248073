import type { InputImage, InputVideo, Workflow, WorkflowParams } from '@star-graph/workflows';
import { type FileKind, mediaKindOf } from '@star-graph/workflows/shared/mediaKinds';
import type { Database } from '../../../ground/db/connect.ts';
import { Asset } from '../../../ground/db/models/asset.ts';
import type { TaskImage } from '../../../ground/db/models/task.ts';
import { Problem } from '../../../ground/errors.ts';
import { isId } from '../../../ground/runtime/ids.ts';

/**
 * The input assets that the params name, by parameter.
 * @throws Problem `not-found` for an asset that is missing, deleted or another person's (all look the same);
 * `unsupported-media` for a file of another kind than is needed; `invalid-params` for sizes that the workflow does not
 * take.
 */
export async function requireInputImages(
  database: Database,
  userId: string,
  workflow: Workflow,
  params: WorkflowParams,
): Promise<Record<string, TaskImage>> {
  const wanted = [
    ...workflow.imageParams.map((param) => ({ param, kind: 'image' as const })),
    ...workflow.videoParams.map((param) => ({ param, kind: 'video' as const })),
    ...workflow.audioParams.map((param) => ({ param, kind: 'audio' as const })),
  ];
  const named = wanted.flatMap(({ param, kind }) => {
    const assetId = params[param];
    return typeof assetId === 'string' ? [{ param, kind, assetId }] : [];
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
  for (const { param, kind, assetId } of named)
    images[param] = toTaskInput({ param, kind }, byId.get(assetId));
  const faults = workflow.checkImages(params, images);
  if (faults.length > 0)
    throw new Problem('invalid-params', 'A file does not fit this request.', {
      errors: faults,
    });
  return images;
}

interface Wanted {
  param: string;
  kind: FileKind;
}

const kindNames = {
  image: 'picture',
  video: 'video',
  audio: 'sound',
  text: 'text',
  model3d: '3D model',
} as const;

function toTaskInput({ param, kind }: Wanted, asset: Asset | undefined): TaskImage {
  const name = kindNames[kind];
  if (!asset)
    throw new Problem(
      'not-found',
      `There is no such ${name}. Upload it first and use the id of the answer.`,
      { errors: [{ pointer: `/${param}`, message: 'No asset of yours has this id.' }] },
    );
  if (!asset.mime.startsWith(`${kind}/`)) {
    const other = kindNames[mediaKindOf(asset.mime)];
    throw new Problem('unsupported-media', `This needs a ${name}, and the asset is a ${other}.`, {
      errors: [{ pointer: `/${param}`, message: `Not a ${name}.` }],
    });
  }
  const { id, sha256, mime, storageKey, width, height } = asset;
  const file = { assetId: id, sha256, mime, storageKey };
  if (kind === 'audio') return { ...file, seconds: (asset.durationMs ?? 0) / 1_000 };
  const seen = { ...file, width, height };
  return kind === 'image' ? seen : { ...seen, ...lengthOf(param, asset) };
}

/** Films that were stored before their frames were counted have no length that a price could be made of. */
function lengthOf(
  param: string,
  { frames, fps, durationMs, soundCodec }: Asset,
): Omit<InputVideo, keyof InputImage> {
  if (!frames || !durationMs)
    throw new Problem(
      'unsupported-media',
      'The length of this video is unknown. Download it and upload it again.',
      {
        errors: [{ pointer: `/${param}`, message: 'A video of unknown length.' }],
      },
    );
  const seconds = durationMs / 1_000;
  return { frames, seconds, fps: fps ?? frames / seconds, hasSound: Boolean(soundCodec) };
}

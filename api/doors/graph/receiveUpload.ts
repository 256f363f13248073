import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Asset } from '@star-graph/core/ground/db/models/asset';
import { Problem } from '@star-graph/core/ground/errors';
import { requireNoMaintenance } from '@star-graph/core/ground/settings/maintenance';
import { requireAsset } from '@star-graph/core/library/assets/assets';
import { uploadAsset } from '@star-graph/core/library/assets/uploadAsset';
import { putAlpha } from '@star-graph/core/media/pictures';
import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import { hasScope, requireScope } from '@star-graph/core/people/identity/keyLimits';
import { ownFile } from '@star-graph/workflows/graph/checkOwnGraph';
import { assetIdOf } from '@star-graph/workflows/graph/ownGraphParams';
import { z } from 'zod';
import type { ApiContext } from '../../apiContext.ts';
import { measureUpload } from '../../routes/assets/measureUpload.ts';
import { type ReceivedForm, receiveForm } from '../receiveForm.ts';
import { doorScope, type GraphDeps } from './graphDeps.ts';
import { fileNameOf } from './runs/presentRuns.ts';

const refSchema = z.looseObject({ filename: z.string().regex(ownFile) });

/**
 * Keeps a picture or a film that graphs may load. The answer names it: the client's own name, folder and `overwrite`
 * mean nothing, since nobody's file can have the name of another.
 * @throws Problem everything that `uploadAsset` throws; `forbidden`, `invalid-params`, `not-found`.
 */
export async function receiveUpload(
  deps: GraphDeps,
  ctx: ApiContext,
  caller: PersonCaller,
  { isMask }: { isMask: boolean },
): Promise<object> {
  return takeUpload(deps, caller, async () => {
    const { limitBytes: fileBytes, tempDirectory } = deps.uploads;
    await using form = await receiveForm(ctx, { fileBytes, formBytes: fileBytes, files: 1, tempDirectory });
    const sent = form.files.find(({ name }) => name === 'image');
    if (!sent) throw new Problem('invalid-params', 'Send the file as the field image of a form.');
    const stream = isMask
      ? Readable.from([await maskOriginal(deps, caller, form, sent.file.path)])
      : createReadStream(sent.file.path);
    const asset = await keepUpload(deps, caller, stream, abortedWith(ctx), { isMask });
    return { name: fileNameOf(asset), subfolder: '', type: 'input' };
  });
}

/** Receives a file of a person who may send one now. @throws Problem `forbidden`, `maintenance`, `quota-exceeded`. */
export async function takeUpload<Taken>(
  deps: GraphDeps,
  caller: PersonCaller,
  receive: () => Promise<Taken>,
): Promise<Taken> {
  if (!hasScope(caller, doorScope)) requireScope(caller, 'assets');
  requireNoMaintenance(await deps.settings.read(), caller.account);
  const leaveSlot = deps.takeUploadSlot(caller.account.id);
  try {
    return await receive();
  } finally {
    leaveSlot();
  }
}

export function abortedWith(ctx: ApiContext): AbortSignal {
  const gone = new AbortController();
  ctx.res.once('close', () => gone.abort(new Error('the client hung up')));
  return gone.signal;
}

export const keepUpload = (
  deps: GraphDeps,
  caller: PersonCaller,
  stream: Readable,
  signal: AbortSignal,
  options: { isMask?: boolean } = {},
): Promise<Asset> => measureUpload(() => uploadAsset(deps, caller.account.id, stream, signal, options));

/** The picture that a mask was drawn on, transparent where the mask is. */
async function maskOriginal(
  deps: GraphDeps,
  caller: PersonCaller,
  { fields }: Pick<ReceivedForm, 'fields'>,
  mask: string,
): Promise<Buffer> {
  const asset = await requireAsset(deps.database, assetIdOf(readRef(fields)), caller.account.id);
  using opened = await deps.storage.open(asset.storageKey);
  if (!opened || !asset.mime.startsWith('image/'))
    throw new Problem('not-found', 'The picture of original_ref is no longer stored.');
  return putAlpha(await buffer(opened.stream), mask, { mostPixels: deps.uploads.mostPixels });
}

function readRef(fields: ReceivedForm['fields']): string {
  const text = fields.find(({ name }) => name === 'original_ref')?.value ?? '';
  try {
    return refSchema.parse(JSON.parse(text)).filename;
  } catch (cause) {
    throw new Problem('invalid-params', 'original_ref has to name a file of yours.', { cause });
  }
}

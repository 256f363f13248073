import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Logger } from 'pino';
import { type Database, inTransaction, isDuplicateEntry } from '../../ground/db/connect.ts';
import { findRecord, type IdempotencyClaim } from '../../ground/db/idempotency.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import { Quarantine } from '../../ground/db/models/quarantine.ts';
import { IdempotencyRecord } from '../../ground/db/models/task.ts';
import { sendPacket } from '../../ground/db/packet.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { inputKey, thumbnailKey } from '../../ground/storage/keys.ts';
import type { MediaExtension, MediaMime } from '../../ground/storage/mediaTypes.ts';
import type { Storage } from '../../ground/storage/storage.ts';
import { isStorageFault } from '../../ground/storage/storageProblems.ts';
import { findFileType, isFilmType, isSoundType } from '../../media/fileType.ts';
import { probeImage } from '../../media/pictures.ts';
import { type ReceivedFile, receiveUpload } from '../../media/receiveUpload.ts';
import { createTemporaryFile } from '../../media/temporaryFile.ts';
import { createThumbnail } from '../../media/thumbnail.ts';
import { cleanUploadedSound, cleanUploadedVideo } from '../../media/videos/cleanUploaded.ts';
import type { SoundFacts } from '../../media/videos/videoFile.ts';
import { bytesOfFile, countKept, type KeptDeps, requireKept } from '../../money/quotas/keptBytes.ts';
import type { Inspector, Verdict } from '../../people/safety/inspector.ts';
import { classifiedRow } from '../../people/safety/quarantine.ts';
import { refuseWithheld } from '../../people/safety/readQuarantines.ts';
import { requireAsset } from './assets.ts';

export interface UploadDeps extends KeptDeps {
  database: Database;
  clock: Clock;
  storage: Pick<Storage, 'put'>;
  log: Logger;
  uploads: UploadConfig;
  /** Looks at pictures and films before they are taken. */
  inspector?: Pick<Inspector, 'inspectFile'> | undefined;
}

interface UploadConfig {
  limitBytes: number;
  mostPixels: number;
  tempDirectory: string;
}

export interface UploadOptions {
  /** What is sent again under this key is the asset that it was. */
  claim?: UploadClaim | undefined;
  /** Says where another picture changes, and is listed nowhere. */
  isMask?: boolean;
}

export interface UploadClaim {
  /** The Idempotency-Key. */
  key: string;
  /** Of the request that has a file of these bytes. */
  bodyHashOf(sha256: string): string;
}

export interface TakenUpload {
  asset: Asset;
  /** It was made by an earlier request with this key; nothing was stored now. */
  replayed: boolean;
}

/**
 * Takes a picture, a film or a sound: receives it on disk up to a size limit, checks it by decoding, stores it, and
 * makes a thumbnail of what is seen. A picture is stored unchanged, a film or sound without its metadata. The object is stored before the row names it, so a crash in between leaves an object for the sweep.
 * Asset and key are written together: a process that dies before has taken nothing.
 * @throws Problem `too-large`, `unsupported-media`, `invalid-params`; `content-refused`
 * for bytes that are withheld, or that the classifier finds; `unavailable` while it does not answer; `unavailable` and
 * `quota-exceeded` for films that would wait long for their check; `daily-limit`; `idempotency-conflict`; `not-found`
 * where the key's asset was deleted meanwhile.
 */
export async function takeUpload(
  deps: UploadDeps,
  userId: string,
  stream: Readable,
  signal: AbortSignal,
  { claim, isMask = false }: UploadOptions = {},
): Promise<TakenUpload> {
  const { limitBytes, tempDirectory } = deps.uploads;
  const isKnown = claim && (await IdempotencyRecord.query(deps.database).findById([userId, claim.key]));
  // Who asks again about their last file of the day has had it counted.
  if (!isKnown) await requireKept(deps, deps.database, userId, deps.clock.now());
  await using received = await receiveUpload(stream, { limitBytes, tempDirectory, signal });
  const claimed = claim && { userId, key: claim.key, bodyHash: claim.bodyHashOf(received.sha256) };
  const earlier = isKnown && claimed && (await findTaken(deps.database, claimed));
  if (earlier) return { asset: earlier, replayed: true };
  try {
    return { asset: await storeUpload(deps, { userId, received, claimed, isMask }, signal), replayed: false };
  } catch (error) {
    // A twin was quicker: its asset is the one.
    const twin = claimed && isDuplicateEntry(error) && (await findTaken(deps.database, claimed));
    if (twin) return { asset: twin, replayed: true };
    throw error;
  }
}

/** As `takeUpload`, each time anew. */
export const uploadAsset = async (
  deps: UploadDeps,
  userId: string,
  stream: Readable,
  signal: AbortSignal,
  options: Pick<UploadOptions, 'isMask'> = {},
): Promise<Asset> => (await takeUpload(deps, userId, stream, signal, options)).asset;

/** What an earlier request with this key took. @throws Problem `idempotency-conflict`, `not-found`. */
export async function findTaken(database: Database, claim: IdempotencyClaim): Promise<Asset | undefined> {
  const record = await findRecord(database, claim);
  return record?.assetId ? requireAsset(database, record.assetId, claim.userId) : undefined;
}

interface NewUpload {
  userId: string;
  received: ReceivedFile;
  claimed: IdempotencyClaim | undefined;
  isMask: boolean;
}

async function storeUpload(
  deps: UploadDeps,
  { userId, received, claimed, isMask }: NewUpload,
  signal: AbortSignal,
): Promise<Asset> {
  await using copy = await createTemporaryFile(deps.uploads.tempDirectory);
  const checked = await checkFile(deps.uploads, userId, received, copy.path, signal);
  const { mime, ext, width, height, frames, fps, durationMs, bytes, sha256, sound, waveform } = checked;
  const verdict = await inspect(deps, checked.path, signal);
  const id = newId();
  const storageKey = inputKey(userId, sha256, ext);
  const putOriginal = () => deps.storage.put(storageKey, createReadStream(checked.path), { mime, bytes });
  const begunAtMs = deps.clock.monotonicMs();
  await putOriginal();
  const drawThumbnail = async () =>
    isSoundType(ext) ? undefined : await storeThumbnailOf(deps, id, checked.path, signal);
  const thumbnail = await drawThumbnail();
  const row = {
    id,
    userId,
    taskId: null,
    kind: 'input' as const,
    isMask,
    mime,
    width,
    height,
    bytes,
    sha256,
    durationMs: durationMs ?? null,
    frames,
    fps: fps ?? null,
    storageKey,
    thumbnailKey: thumbnail ?? null,
    ...(sound && { soundCodec: sound.codec, soundRate: sound.sampleRate, soundChannels: sound.channels }),
    ...(waveform !== undefined && { waveform }),
    createdAt: deps.clock.now(),
  };
  const asset = await inTransaction(deps.database, async (trx) => {
    const inserted = await Asset.query(trx).insertAndFetch(row);
    const kept = countKept(deps, trx, { userId, bytes: bytesOfFile(bytes) }, row.createdAt);
    await kept.confirm(await sendPacket(trx, kept.statements));
    await refuseWithheld(trx, [row]);
    if (verdict.kind !== 'clear')
      await trx(Quarantine.tableName)
        .insert(classifiedRow(row, verdict, row.createdAt))
        .onConflict()
        .ignore();
    if (claimed)
      await trx(IdempotencyRecord.tableName).insert({
        userId,
        idempotencyKey: claimed.key,
        bodyHash: claimed.bodyHash,
        taskId: null,
        assetId: id,
        createdAt: row.createdAt,
      });
    return inserted;
  });
  // This process may have stood still while a sweep removed the object; from now on the row names it.
  if (deps.clock.monotonicMs() - begunAtMs >= longestUnnamedMs) {
    await putOriginal();
    if (thumbnail) await drawThumbnail();
  }
  return asset;
}

interface KeptFile {
  path: string;
  mime: MediaMime;
  ext: MediaExtension;
  width: number;
  height: number;
  frames: number | null;
  fps?: number;
  durationMs?: number;
  sound?: SoundFacts;
  waveform?: string;
  bytes: number;
  sha256: string;
}

/** What of the received file is stored: a picture itself, of a film or sound the clean copy at `target`. */
async function checkFile(
  { limitBytes, mostPixels }: UploadConfig,
  personId: string,
  { path, bytes, sha256 }: ReceivedFile,
  target: string,
  signal: AbortSignal,
): Promise<KeptFile> {
  const claimed = await findFileType(path);
  const options = { personId, limitBytes, signal };
  if (isSoundType(claimed))
    return { ...(await cleanUploadedSound(path, target, claimed, options)), path: target };
  if (!isFilmType(claimed))
    return { ...(await probeImage(path, { mostPixels, signal })), path, bytes, sha256 };
  return { ...(await cleanUploadedVideo(path, target, claimed, options)), path: target };
}

/** Refused before anything is stored. @throws Problem `content-refused`; `unavailable` when it could not be looked at. */
async function inspect(
  { inspector }: Pick<UploadDeps, 'inspector'>,
  file: string,
  signal: AbortSignal,
): Promise<Verdict> {
  const verdict = (await inspector?.inspectFile(file, signal)) ?? { kind: 'clear' };
  if (verdict.kind !== 'withheld') return verdict;
  if (verdict.reason === 'unchecked')
    throw new Problem('unavailable', 'The file could not be checked. Send it again in a minute.', {
      retryAfterSeconds: 60,
    });
  throw new Problem('content-refused', 'This kind of picture or video is not taken here. Use another one.');
}

/** Well below the age at which the sweep removes an object that no row names. */
const longestUnnamedMs = 30 * 60_000;

/** A picture without a thumbnail is still a picture: a failure is logged and the key left out. */
async function storeThumbnailOf(
  deps: UploadDeps,
  assetId: string,
  file: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const body = await createThumbnail(file, { signal });
    const key = thumbnailKey(assetId);
    await deps.storage.put(key, body, { mime: 'image/webp', bytes: body.length });
    return key;
  } catch (error) {
    if (isStorageFault(error)) throw error;
    deps.log.warn({ err: error, assetId }, 'no thumbnail was made');
    return undefined;
  }
}

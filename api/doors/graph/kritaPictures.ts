import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Problem } from '@star-graph/core/ground/errors';
import { namedPictureKey } from '@star-graph/core/ground/redis/redisKeys';
import { requireAsset } from '@star-graph/core/library/assets/assets';
import { receiveUpload } from '@star-graph/core/media/receiveUpload';
import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import { assetIdOf } from '@star-graph/workflows/graph/ownGraphParams';
import { z } from 'zod';
import type { ApiContext } from '../../apiContext.ts';
import type { GraphDeps } from './graphDeps.ts';
import type { NamedPicture } from './mapNodes.ts';
import { abortedWith, keepUpload, takeUpload } from './receiveUpload.ts';
import { fileNameOf } from './runs/presentRuns.ts';

/** The program's checksum of the bytes: too short to tell two pictures apart, so a name means the last one sent. */
const pictureName = /^[0-9a-f]{8}$/;
/** A graph follows its pictures at once; a person may look at its settings for a while. */
const lifeSeconds = 3_600;

const storedSchema = z.object({ file: z.string(), hasAlpha: z.boolean(), sha256: z.string() });

/**
 * Keeps a picture under the name that the program gave it, which is known to its person alone.
 * @returns whether it is a new upload: the same bytes under the same name are not kept twice.
 * @throws Problem everything that `uploadAsset` throws.
 */
export async function keepNamedPicture(
  deps: GraphDeps,
  ctx: ApiContext,
  caller: PersonCaller,
  name: string,
): Promise<boolean> {
  if (!pictureName.test(name))
    throw new Problem('invalid-params', 'A picture is called by the eight hex digits of its CRC-32.');
  return takeUpload(deps, caller, async () => {
    const signal = abortedWith(ctx);
    const { limitBytes, tempDirectory } = deps.uploads;
    await using sent = await receiveUpload(ctx.req, { limitBytes, tempDirectory, signal });
    const known = await readStored(deps, caller, name);
    if (known?.sha256 === sent.sha256 && (await isThere(deps, caller, known))) return false;
    const asset = await keepUpload(deps, caller, createReadStream(sent.path), signal);
    const hasAlpha = await tellsAlpha(sent.path);
    const stored = { file: fileNameOf(asset), hasAlpha, sha256: sent.sha256 };
    await redisAnswers(deps.redis.set(keyOf(deps, caller, name), JSON.stringify(stored), 'EX', lifeSeconds));
    return true;
  });
}

/** What the names of a graph stand for; a name that stands for nothing is left out. */
export async function readNamedPictures(
  deps: GraphDeps,
  caller: PersonCaller,
  names: readonly string[],
): Promise<Map<string, NamedPicture>> {
  const found = await Promise.all(
    names.map(async (name) => [name, await readStored(deps, caller, name)] as const),
  );
  return new Map(found.flatMap(([name, stored]) => (stored ? [[name, stored] as const] : [])));
}

async function readStored(deps: GraphDeps, caller: PersonCaller, name: string) {
  if (!pictureName.test(name)) return undefined;
  const text = await redisAnswers(deps.redis.get(keyOf(deps, caller, name)));
  return text === null ? undefined : storedSchema.parse(JSON.parse(text));
}

const keyOf = ({ prefix }: Pick<GraphDeps, 'prefix'>, { account }: PersonCaller, name: string) =>
  namedPictureKey(prefix, account.id, name);

const redisAnswers = <Answer>(answer: Promise<Answer>): Promise<Answer> =>
  answer.catch((cause: unknown) => {
    throw new Problem('unavailable', 'Pictures cannot be taken at the moment. Send it again in a minute.', {
      cause,
      retryAfterSeconds: 60,
    });
  });

/** Whether a picture that was kept is still the person's. */
async function isThere(deps: GraphDeps, caller: PersonCaller, { file }: NamedPicture): Promise<boolean> {
  try {
    await requireAsset(deps.database, assetIdOf(file), caller.account.id);
    return true;
  } catch (error) {
    if (error instanceof Problem && error.code === 'not-found') return false;
    throw error;
  }
}

const colourTypeAt = 25;
const withAlpha: readonly number[] = [4, 6];

/** The program sends PNG alone, whose header says it. */
async function tellsAlpha(path: string): Promise<boolean> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(colourTypeAt + 1), 0, colourTypeAt + 1, 0);
  const isPng = bytesRead > colourTypeAt && buffer.toString('latin1', 1, 4) === 'PNG';
  return isPng && withAlpha.includes(buffer[colourTypeAt] ?? 0);
}

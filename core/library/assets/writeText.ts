import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { inCredits } from '@star-graph/workflows/shared/inCredits';
import { isSeen, mediaKindOf } from '@star-graph/workflows/shared/mediaKinds';
import { type Database, inTransaction } from '../../ground/db/connect.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import type { Storage } from '../../ground/storage/storage.ts';
import { sampleFrames } from '../../media/sampleFrames.ts';
import { createTemporaryFile } from '../../media/temporaryFile.ts';
import type { TextModel } from '../../media/textModel.ts';
import { payText } from '../../money/credits/payText.ts';
import { findBalance } from '../../money/credits/statement.ts';
import { holdsForbidden, type ReadWordRules } from '../../people/safety/wordRules.ts';
import { requireAsset, unknownAsset } from './assets.ts';

interface WriteDeps {
  database: Database;
  clock: Clock;
  wordRules: ReadWordRules;
}

interface Order {
  userId: string;
  cost: number;
  /** A repeat with the same one pays nothing. */
  key: string;
  signal: AbortSignal;
}

/** A fuller prompt. @throws Problem `insufficient-credits`, `content-refused`, `unavailable`; it cost nothing then. */
export const expandPrompt = (
  deps: WriteDeps,
  model: TextModel,
  order: Order & { prompt: string },
): Promise<string> =>
  write(deps, { ...order, work: `expand ${order.prompt}` }, () =>
    model.expandPrompt(order.prompt, order.signal),
  );

/** What one of the person's pictures or films shows. @throws as `expandPrompt`; `not-found`, `unsupported-media`. */
export async function describeAsset(
  deps: WriteDeps & { storage: Pick<Storage, 'open'> },
  model: TextModel,
  order: Order & { assetId: string; tempDirectory: string },
): Promise<string> {
  const { assetId, userId, signal } = order;
  const asset = await requireAsset(deps.database, assetId, userId);
  if (!isSeen(mediaKindOf(asset.mime)))
    throw new Problem('unsupported-media', 'Only pictures and films can be described.');
  return write(deps, { ...order, work: `describe ${assetId}` }, async () => {
    using opened = await deps.storage.open(asset.storageKey);
    if (!opened) throw unknownAsset();
    await using copy = await createTemporaryFile(order.tempDirectory);
    await pipeline(opened.stream, createWriteStream(copy.path, { flags: 'wx' }), { signal });
    return model.describe(await sampleFrames(copy.path, { signal }), signal);
  });
}

/** It is paid for once it is there: whatever goes wrong before costs nothing. */
async function write(
  deps: WriteDeps,
  { userId, cost, key, work }: Order & { work: string },
  ask: () => Promise<string>,
): Promise<string> {
  const { available } = await findBalance(deps.database, userId);
  if (available < cost)
    throw new Problem(
      'insufficient-credits',
      `This needs ${inCredits(cost)} and you have ${available}. Claim your daily credits or ask an administrator for more.`,
    );
  const text = await ask();
  if (holdsForbidden(await deps.wordRules(), text))
    throw new Problem(
      'content-refused',
      'The text that came holds words that are not allowed on this platform. It cost nothing.',
    );
  await inTransaction(deps.database, (trx) => payText(deps, trx, { userId, amount: cost, key, work }));
  return text;
}

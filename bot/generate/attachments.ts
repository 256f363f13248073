import type { AssetView } from '@star-graph/contract/assets/assets';
import type { FileKind } from '@star-graph/workflows/shared/mediaKinds';
import { discordTypes, uploadMaxBytes } from '@star-graph/workflows/shared/uploadRules';
import type { Context } from '../interaction/context.ts';
import { Refusal } from '../replies/problems.ts';

/** The used part of Discord's attachment. */
export interface GivenFile {
  url: string;
  contentType: string | null;
  size: number;
}

const downloadTimeoutMs = 30_000;

/**
 * Copies a picture from Discord to the person's assets: Discord's address will not work for long.
 * @throws Refusal for a file that is not a picture, too large, gone, cut off, or kept elsewhere; the API's problems
 * with the bytes.
 */
export const takePicture = (context: Context, picture: GivenFile): Promise<AssetView> =>
  takeFile(context, picture, 'image');

/** The same for a file of this kind. @throws Refusal */
export async function takeFile(context: Context, given: GivenFile, kind: FileKind): Promise<AssetView> {
  const { bytes, type } = await readAttachment(context, given, kind);
  const filenames = { image: 'picture', video: 'video', audio: 'sound' };
  return context.client.uploadAsset(new Blob([bytes], { type }), { filename: filenames[kind] });
}

/**
 * The bytes of a file on Discord. @throws Refusal for a file of another kind, too large, gone, or kept elsewhere.
 */
export async function readAttachment(
  { bot, say }: Context,
  given: GivenFile,
  kind: FileKind = 'image',
): Promise<{ bytes: Buffer<ArrayBuffer>; type: string }> {
  const words = { image: say.attachment, video: say.film, audio: say.audio }[kind];
  const type = given.contentType?.split(';')[0]?.toLowerCase() ?? '';
  if (!discordTypes[kind].some((taken) => taken === type)) throw new Refusal(words.type);
  if (given.size > uploadMaxBytes) throw new Refusal(words.size(uploadMaxBytes / 1_000_000));
  const url = URL.canParse(given.url) ? new URL(given.url) : undefined;
  const isLoopback = url?.hostname === '127.0.0.1' || url?.hostname === '[::1]';
  const protocols = isLoopback ? ['https:', 'http:'] : ['https:'];
  if (!url || !bot.cdnHosts.includes(url.host) || !protocols.includes(url.protocol))
    throw new Refusal(words.host);
  // A redirect could lead to a host that is not on the list.
  const options = { signal: AbortSignal.timeout(downloadTimeoutMs), redirect: 'error' } as const;
  const response = await bot.fetch(url, options).catch((err: unknown) => {
    bot.log.info({ err }, 'an attachment could not be fetched');
    throw new Refusal(words.gone);
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Refusal(words.gone);
  }
  const bytes = await readAtMost(response, uploadMaxBytes).catch((err: unknown) => {
    bot.log.info({ err }, 'the download of an attachment broke off');
    throw new Refusal(words.cut);
  });
  if (!bytes) throw new Refusal(words.size(uploadMaxBytes / 1_000_000));
  return { bytes, type };
}

/** Undefined for more: the size in Discord's message is not trusted. */
async function readAtMost(response: Response, limitBytes: number): Promise<Buffer<ArrayBuffer> | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > limitBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

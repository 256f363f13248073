import { ClientProblem } from '@star-graph/client/clientProblem';
import type { AssetView } from '@star-graph/contract/assets/assets';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import type { APIEmbed, Message } from 'discord.js';
import { parseButtonId } from '../components/buttons/customId.ts';
import type { Context } from '../interaction/context.ts';
import { Refusal } from '../replies/problems.ts';
import { listCustomIds, listMedia, toApi } from '../tracking/messageParts.ts';
import { type GivenFile, takeFile, takePicture } from './attachments.ts';

/** Any person's message, reduced to the parts that may hold pictures. */
export interface SeenMessage {
  authorId: string;
  embeds: readonly APIEmbed[];
  attachments: readonly GivenFile[];
  /** The custom_ids of its buttons. */
  customIds: readonly string[];
}

const types: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  mp4: 'video/mp4',
  webm: 'video/webm',
};

export const fromMessage = (message: Message): SeenMessage => ({
  authorId: message.author.id,
  embeds: message.embeds.map(({ data }) => data),
  // Discord lists a file that a part shows nowhere else.
  attachments: [...message.attachments.values(), ...listMedia(toApi(message)).map(toGiven)],
  customIds: listCustomIds(toApi(message)),
});

function toGiven({ url, contentType }: { url: string; contentType?: string }): GivenFile {
  const path = URL.canParse(url) ? new URL(url).pathname : '';
  return {
    url,
    size: 0,
    contentType: contentType ?? types[path.split('.').at(-1)?.toLowerCase() ?? ''] ?? null,
  };
}

/** Discord does not list a file that an embed shows among the attachments. */
const listFiles = ({ attachments, embeds }: SeenMessage): GivenFile[] => [
  ...attachments,
  ...embeds
    .flatMap(({ image }) => (image ? [toGiven(image)] : []))
    .filter(({ contentType }) => contentType?.startsWith('image/')),
];

/** The first picture of a message, copied. @throws Refusal without a usable one. */
export async function copyPicture(context: Context, message: SeenMessage): Promise<AssetView> {
  const pictures = listFiles(message);
  const picture = pictures.find(({ contentType }) => contentType?.startsWith('image/')) ?? pictures[0];
  if (!picture) throw new Refusal(context.say.noPicture);
  return takePicture(context, picture);
}

/** By the button that every ended task has, and only in the bot's own messages. */
const findTaskId = ({ bot }: Context, { authorId, customIds }: SeenMessage): string | undefined =>
  authorId === bot.applicationId()
    ? customIds.map(parseButtonId).find((button) => button?.action === 'reroll')?.taskId
    : undefined;

/** The embed in which the bot shows how a result was made. */
export const findResultEmbed = (context: Context, message: SeenMessage): APIEmbed | undefined =>
  findTaskId(context, message) === undefined ? undefined : message.embeds[0];

/** The task of the bot's message, if it is this person's own. */
export async function findOwnTask(context: Context, message: SeenMessage): Promise<TaskView | undefined> {
  const id = findTaskId(context, message);
  if (id === undefined) return undefined;
  try {
    return await context.client.getTask({ params: { id } });
  } catch (error) {
    if (error instanceof ClientProblem && error.code === 'not-found') return undefined;
    throw error;
  }
}

/** A picture or film to continue from. */
interface FoundFile extends FoundPicture {
  kind: 'image' | 'video';
}

/** A picture to continue from, and its task if that is the person's own. */
interface FoundPicture {
  assetId: string;
  parentId?: string;
}

/** The result itself if it is one's own, else a copy. @throws Refusal */
export async function findPicture(context: Context, message: SeenMessage): Promise<FoundPicture> {
  const task = await findOwnTask(context, message);
  const output = task?.outputs.find(({ mime }) => mime.startsWith('image/'));
  if (task && output) return { assetId: output.id, parentId: task.id };
  return { assetId: (await copyPicture(context, message)).id };
}

/** The first picture, or the first film of a message without one; as `findPicture`. @throws Refusal */
export async function findFile(context: Context, message: SeenMessage): Promise<FoundFile> {
  const task = await findOwnTask(context, message);
  for (const kind of ['image', 'video'] as const) {
    const output = task?.outputs.find(({ mime }) => mime.startsWith(`${kind}/`));
    if (task && output) return { kind, assetId: output.id, parentId: task.id };
  }
  const files = listFiles(message);
  const [picture, film] = (['image/', 'video/'] as const).map((start) =>
    files.find(({ contentType }) => contentType?.startsWith(start)),
  );
  if (film && !picture) return { kind: 'video', assetId: (await takeFile(context, film, 'video')).id };
  if (files.length === 0) throw new Refusal(context.say.noPictureOrVideo);
  return { kind: 'image', assetId: (await copyPicture(context, message)).id };
}

import {
  type APIActionRowComponent,
  type APIComponentInMessageActionRow,
  type APIMessage,
  type APIMessageComponent,
  ComponentType,
  type Message,
  MessageFlags,
} from 'discord.js';
import { parseButtonId } from '../components/buttons/customId.ts';

/** A part of a message, however deep: rows, and what containers and sections hold. */
export type MessagePart = APIMessageComponent;

/** All parts of a message, those inside others too, from top to bottom. */
export function listParts({ components }: Pick<APIMessage, 'components'>): MessagePart[] {
  return (components ?? []).flatMap(withInner);
}

function withInner(part: MessagePart): MessagePart[] {
  const inner: readonly MessagePart[] = 'components' in part ? part.components : [];
  const beside: readonly MessagePart[] = 'accessory' in part ? [part.accessory] : [];
  return [part, ...[...inner, ...beside].flatMap(withInner)];
}

/** As the API tells it. */
export const toApi = ({ components }: Message): Required<Pick<APIMessage, 'components'>> => ({
  components: components.map((part) => part.toJSON()),
});

/** custom_ids of all buttons, and the values that lists offer, each for the button that it stands for. */
export const listCustomIds = (message: Pick<APIMessage, 'components'>): string[] =>
  listParts(message).flatMap((part) => {
    if ('options' in part) return part.options.map(({ value }) => value);
    return 'custom_id' in part ? [part.custom_id] : [];
  });

/** The addresses of pictures and films that parts of the message show. */
export const listMedia = (message: Pick<APIMessage, 'components'>): { url: string; contentType?: string }[] =>
  listParts(message)
    .flatMap((part) => {
      if ('items' in part) return part.items.map(({ media }) => media);
      if ('media' in part) return [part.media];
      return 'file' in part ? [part.file] : [];
    })
    .map(({ url, content_type: contentType }) => ({ url, ...(contentType ? { contentType } : {}) }));

/** What parts of the message say, one part a line. */
export const readTexts = (message: Pick<APIMessage, 'components'>): string =>
  listParts(message)
    .flatMap((part) => ('content' in part ? [part.content] : []))
    .join('\n');

/** Discord's own bound for a text. */
const contentCharacters = 2_000;

/** The same without Components V2: words and rows, and files as attachments. */
export const toPlain = (
  message: Pick<APIMessage, 'components'>,
): { content: string; components: APIActionRowComponent<APIComponentInMessageActionRow>[] } => ({
  content: readTexts(message).slice(0, contentCharacters),
  components: listParts(message).filter((part) => part.type === ComponentType.ActionRow),
});

/** Whether a message still waits for the end of its task: it says that the bot thinks, or offers Cancel. */
export function isStillOpen(message: APIMessage, taskId: string): boolean {
  if (((message.flags ?? 0) & MessageFlags.Loading) !== 0) return true;
  return listCustomIds(message).some((customId) => {
    const button = parseButtonId(customId);
    return button?.taskId === taskId && (button.action === 'cancel' || button.action === 'fetch');
  });
}

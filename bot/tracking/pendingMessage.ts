import { type APIMessage, ComponentType, MessageFlags } from 'discord.js';
import { parseButtonId } from '../components/buttons/customId.ts';

/** Whether a message still waits for the end of its task: it says that the bot thinks, or offers Cancel. */
export function isStillOpen(message: APIMessage, taskId: string): boolean {
  if (((message.flags ?? 0) & MessageFlags.Loading) !== 0) return true;
  return listCustomIds(message).some((customId) => {
    const button = parseButtonId(customId);
    return button?.taskId === taskId && (button.action === 'cancel' || button.action === 'fetch');
  });
}

/** custom_ids of all buttons. */
export function listCustomIds(message: Pick<APIMessage, 'components'>): string[] {
  return (message.components ?? []).flatMap((row) =>
    row.type === ComponentType.ActionRow
      ? row.components.flatMap((part) => ('custom_id' in part ? [part.custom_id] : []))
      : [],
  );
}

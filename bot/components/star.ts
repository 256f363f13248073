import { ClientProblem } from '@star-graph/api/client/clientProblem';
import { answerText, deferReply, type Press } from '../acknowledge.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../replies/problems.ts';
import type { ButtonId } from './customId.ts';
import { requireOwnTask } from './handleButton.ts';

/** ⭐ by the owner of a result: keeps it, or no longer. */
export async function pressStar(
  context: Context,
  interaction: Press,
  { taskId, index }: ButtonId,
): Promise<void> {
  await deferReply(interaction, 'private');
  const { say, client } = context;
  const asset = (await requireOwnTask(context, taskId)).outputs[index];
  if (!asset) throw new Refusal(say.fileGone);
  const params = { id: asset.id };
  if (asset.favourite) {
    await client.dropFavourite({ params });
    return answerText(interaction, say.stars.dropped);
  }
  try {
    await client.keepFavourite({ params });
  } catch (error) {
    if (error instanceof ClientProblem && error.code === 'quota-exceeded')
      throw new Refusal(say.stars.tooMany);
    throw error;
  }
  await answerText(interaction, say.stars.kept);
}

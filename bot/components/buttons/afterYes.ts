import { startGeneration } from '../../generate/startGeneration.ts';
import { deferReply, type Press } from '../../interaction/acknowledge.ts';
import type { Context } from '../../interaction/context.ts';
import { Refusal } from '../../replies/problems.ts';
import { makeAgain } from './again.ts';
import { animatePicture, animateRequest } from './remake.ts';
import { requireOwnTask } from './requireOwnTask.ts';
import type { YesId } from './yesId.ts';

/** Makes what a person has seen the price of. A second press of the same button makes nothing more. */
export async function makeAfterYes(
  context: Context,
  interaction: Press,
  { cost, after }: YesId,
): Promise<void> {
  const agreed = { cost, idempotencyKey: interaction.message.id };
  if (after.kind === 'again') return makeAgain(context, interaction, after.again, agreed);
  const messageId = await deferReply(interaction, after.isPrivate ? 'private' : 'public');
  const { isPrivate } = after;
  const request =
    after.kind === 'picture'
      ? animatePicture(after.assetId, isPrivate, after.parentId)
      : animateRequest(await requireOwnTask(context, after.taskId), after, isPrivate);
  if (!request?.unseen) throw new Refusal(context.say.noPicture);
  const { idempotencyKey } = agreed;
  const unseen = { ...request.unseen, agreed: cost };
  await startGeneration(context, interaction, { ...request, unseen, idempotencyKey }, messageId);
}

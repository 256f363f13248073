import { listFitting } from '@star-graph/contract/catalogue/fittingWorkflows';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { resolvePlaceRules } from '@star-graph/contract/guilds/guildRules';
import type { TranslationView } from '@star-graph/contract/tasks/translation';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import { ActionRowBuilder, MessageFlags, StringSelectMenuBuilder } from 'discord.js';
import { startGeneration } from '../../generate/startGeneration.ts';
import { deferReply, type Press } from '../../interaction/acknowledge.ts';
import type { Context } from '../../interaction/context.ts';
import { clientAt, placeOf } from '../../interaction/place.ts';
import { Refusal } from '../../replies/problems.ts';
import { presentText } from '../../replies/taskEmbed.ts';
import { titleOfParam } from '../forms/settingsText.ts';
import { type AgainId, type ButtonId, formatAgainId } from './customId.ts';
import { requireOwnTask } from './requireOwnTask.ts';
import { formatYesId } from './yesId.ts';

/** Discord's own bounds for a list. */
const choicesAtMost = 25;
const charactersAtMost = 100;

/** Lists what the result fits: engines of the same name first. */
export async function offerAgain(context: Context, interaction: Press, button: ButtonId): Promise<void> {
  const isPrivate = interaction.message.flags.has(MessageFlags.Ephemeral);
  await deferReply(interaction, 'private');
  const { bot, say, client, locale } = context;
  const task = await requireOwnTask(context, button.taskId);
  const [listed, policy] = await Promise.all([
    bot.catalogue.listWorkflows(client),
    bot.policies.require(interaction.guildId),
  ]);
  const allowed =
    interaction.guildId === null ? undefined : resolvePlaceRules(policy, placeOf(interaction)).workflows;
  const choices = listFitting(listed, task, button.index)
    .filter(({ name }) => allowed?.includes(name) ?? true)
    .map((workflow) => ({
      label: workflow.title[locale].slice(0, charactersAtMost),
      ...(workflow.model === undefined || workflow.title[locale].includes(workflow.model)
        ? {}
        : { description: workflow.model.slice(0, charactersAtMost) }),
      value: formatAgainId({ ...button, workflow: workflow.name, isPrivate }),
    }))
    .filter(({ value }) => value.length <= charactersAtMost);
  if (choices.length === 0) throw new Refusal(say.again.none);
  const list = new StringSelectMenuBuilder()
    .setCustomId(`sg1wl:${task.id}`)
    .setPlaceholder(say.again.choose)
    .addOptions(choices.slice(0, choicesAtMost));
  await interaction.editReply({
    content: say.again.ask,
    components: [new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(list).toJSON()],
    allowedMentions: { parse: [] },
  });
}

/** Makes a result again with the chosen workflow, and says what that changes. */
export async function makeAgain(
  context: Context,
  interaction: Press,
  chosen: AgainId,
  agreed?: { cost: number; idempotencyKey: string },
): Promise<void> {
  const { bot, client } = context;
  const messageId = await deferReply(interaction, chosen.isPrivate ? 'private' : 'public');
  const { taskId, index: output, workflow } = chosen;
  await requireOwnTask(context, taskId);
  const policy = await bot.policies.require(interaction.guildId);
  const translated = await clientAt(context, policy, placeOf(interaction)).translateTask({
    params: { id: taskId },
    query: { workflow, output: String(output) },
  });
  const listed = await bot.catalogue.listWorkflows(client);
  const words = describeNotes(
    context,
    listed.find(({ name }) => name === workflow),
    translated,
  );
  if (words.needed !== undefined) throw new Refusal(words.needed);
  const request = {
    workflow,
    params: translated.params,
    parentId: taskId,
    unseen: {
      yes: (cost: number) => formatYesId({ cost, after: { kind: 'again', again: chosen } }),
      ...(agreed && { agreed: agreed.cost }),
    },
    ...(agreed && { idempotencyKey: agreed.idempotencyKey }),
  };
  const task = await startGeneration(context, interaction, request, messageId);
  if (!task || words.told === '') return;
  // Not as a follow-up: while the deferral of the result is empty, it would only fill it, for everybody to see.
  await interaction.webhook
    .editMessage(interaction.message.id, { content: words.told, allowedMentions: { parse: [] } })
    .catch((err: unknown) => bot.log.info({ err, taskId }, 'what a translation changed could not be shown'));
}

/** Values longer than this are left out of a sentence. */
const shownCharacters = 40;

function describeNotes(
  { say, locale }: Context,
  workflow: WorkflowView | undefined,
  { notes }: TranslationView,
): { needed: string | undefined; told: string } {
  const options: Record<string, string> = say.option;
  const { properties = {} } = (workflow?.params ?? {}) as ParamSchema;
  const nameOf = (param: string) =>
    param === 'size' ? say.option.width : (options[param] ?? titleOfParam(param, properties[param], locale));
  const namesOf = (...codes: string[]) => [
    ...new Set(notes.filter(({ code }) => codes.includes(code)).map(({ param }) => nameOf(param))),
  ];
  const changes = notes
    .filter(({ code }) => code === 'size' || code === 'nearest')
    .map(({ param, from, to }) => say.again.change(nameOf(param), show(from), show(to)));
  const left = namesOf('dropped', 'default');
  const needed = namesOf('needed');
  return {
    needed: needed.length === 0 ? undefined : say.again.needed(say.list(needed)),
    told: say.sentences([
      ...(changes.length === 0 ? [] : [say.again.changed(say.list(changes))]),
      ...(left.length === 0 ? [] : [say.again.left(say.list(left))]),
    ]),
  };
}

function show(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'width' in value && 'height' in value)
    return `${String(value.width)} × ${String(value.height)}`;
  return presentText(String(value), shownCharacters);
}

import { workflowNameSchema } from '@star-graph/api/contract/fields';
import { resolvePlaceRules } from '@star-graph/api/contract/guilds/guildRules';
import { createFormRow } from '../../components/forms/openForm.ts';
import { openRunForm, requireWorkflow } from '../../components/forms/runForm.ts';
import { takePicture } from '../../generate/attachments.ts';
import { placeOf } from '../../interaction/place.ts';
import { hasOwnCommand } from '../../policy/policyCheck.ts';
import { Refusal } from '../../replies/problems.ts';
import type { Command } from '../command.ts';
import { rank } from '../options/complete.ts';
import { createSlash, localise } from '../options/localise.ts';
import { addPicture } from '../options/options.ts';
import { requireSlash } from '../options/requireKind.ts';

const builder = createSlash({
  name: ['run', '运行'],
  description: ['Run a custom workflow', '运行自定义工作流'],
});
builder.addStringOption((option) =>
  localise(option, { name: ['workflow', '工作流'], description: ['Type to search', '输入以搜索'] })
    .setRequired(true)
    .setMaxLength(63)
    .setAutocomplete(true),
);

/** A form asks for the parameters. A picture is copied first, because its address soon expires. */
export const command: Command = {
  data: addPicture(builder, false).toJSON(),
  audience: 'private',
  opensModal: (interaction) => requireSlash(interaction).options.getAttachment('image') === null,
  async execute(context, interaction) {
    const { bot, client, say } = context;
    const slash = requireSlash(interaction);
    const workflow = workflowNameSchema.safeParse(slash.options.getString('workflow', true)).data;
    if (workflow === undefined) throw new Refusal(say.noSuchWorkflow);
    const attached = slash.options.getAttachment('image');
    if (!attached) return openRunForm(context, slash, { form: 'run', workflow });
    requireWorkflow(context, await bot.catalogue.listWorkflows(client), workflow);
    const { id: assetId } = await takePicture(context, attached);
    await slash.editReply({
      content: say.pictureTaken,
      components: [createFormRow(say, { form: 'run', workflow, assetId })],
      allowedMentions: { parse: [] },
    });
  },
  async complete({ bot, client, locale }, interaction) {
    const listed = await bot.catalogue.listWorkflows(client);
    const policy = await bot.policies.findSoon(interaction.guildId);
    const allowed = policy && resolvePlaceRules(policy, placeOf(interaction)).workflows;
    const choices = listed
      .filter(({ name, available }) => available && !hasOwnCommand(name))
      .filter(({ name }) => allowed?.includes(name) ?? true)
      .map(({ name, title }) => ({ name: `${name} · ${title[locale]}`, value: name }));
    return rank(choices, interaction.options.getFocused());
  },
};

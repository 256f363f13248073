import { workflowNameSchema } from '@star-graph/contract/fields';
import { resolvePlaceRules } from '@star-graph/contract/guilds/guildRules';
import { hasOwnCommand } from '@star-graph/contract/guilds/placeFaults';
import { fileKinds } from '@star-graph/workflows/shared/mediaKinds';
import { createFormRow } from '../../components/forms/openForm.ts';
import { openRunForm, requirePlan, requireWorkflow } from '../../components/forms/runForm.ts';
import { takeFile } from '../../generate/attachments.ts';
import { placeOf } from '../../interaction/place.ts';
import { Refusal } from '../../replies/problems.ts';
import type { Command } from '../command.ts';
import { rank } from '../options/complete.ts';
import { createSlash, localise } from '../options/localise.ts';
import { addAudio, addPicture, addVideo } from '../options/options.ts';
import { requireSlash } from '../options/requireKind.ts';

const builder = createSlash({
  name: ['run', '运行'],
  description: ['Run any workflow, with all of its settings', '运行任意工作流，可填写其全部设置'],
});
builder.addStringOption((option) =>
  localise(option, { name: ['workflow', '工作流'], description: ['Type to search', '输入以搜索'] })
    .setRequired(true)
    .setMaxLength(63)
    .setAutocomplete(true),
);

/** A form asks for the parameters. An attached file is copied first, because its address soon expires. */
export const command: Command = {
  data: addAudio(addVideo(addPicture(builder, false))).toJSON(),
  audience: 'private',
  opensModal: (interaction) =>
    fileKinds.every((name) => requireSlash(interaction).options.getAttachment(name) === null),
  async execute(context, interaction) {
    const { bot, client, say } = context;
    const slash = requireSlash(interaction);
    const workflow = workflowNameSchema.safeParse(slash.options.getString('workflow', true)).data;
    if (workflow === undefined) throw new Refusal(say.noSuchWorkflow);
    const given = fileKinds.flatMap((name) => {
      const file = slash.options.getAttachment(name);
      return file ? [{ name, file }] : [];
    });
    if (given.length > 1) throw new Refusal(say.oneFile);
    const [attached] = given;
    if (!attached) return openRunForm(context, slash, { form: 'run', workflow });
    const { name: kind, file } = attached;
    requirePlan(context, requireWorkflow(context, await bot.catalogue.listWorkflows(client), workflow), kind);
    const { id: assetId } = await takeFile(context, file, kind);
    const id = { form: 'run' as const, workflow, assetId, ...(kind !== 'image' && { kind }) };
    await slash.editReply({
      content: { image: say.pictureTaken, video: say.videoTaken, audio: say.soundTaken }[kind],
      components: [createFormRow(say, id)],
      allowedMentions: { parse: [] },
    });
  },
  async complete({ bot, client, locale }, interaction) {
    const listed = await bot.catalogue.listWorkflows(client);
    const policy = await bot.policies.findSoon(interaction.guildId);
    const allowed = policy && resolvePlaceRules(policy, placeOf(interaction)).workflows;
    const choices = listed
      .filter(({ name, available }) => available && (allowed?.includes(name) ?? true))
      .map(({ name, title, engineOf = name }) => ({
        name: `${name} · ${title[locale]}`,
        value: name,
        // The others have commands of their own, engines as a choice of model there.
        ...(hasOwnCommand(engineOf) ? {} : { isFirst: true as const }),
      }));
    return rank(choices, interaction.options.getFocused());
  },
};

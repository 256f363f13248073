import type { PreferencesPatch, PreferencesView } from '@star-graph/contract/users/preferences';
import { type APIEmbed, type ChatInputCommandInteraction, EmbedBuilder } from 'discord.js';
import type { Context } from '../../interaction/context.ts';
import { Refusal } from '../../replies/problems.ts';
import { presentText } from '../../replies/taskEmbed.ts';
import { inBoth } from '../../replies/texts/bilingual.ts';
import type { Command } from '../command.ts';
import { completeSampling } from '../options/complete.ts';
import { createChoice, createSlash, localise } from '../options/localise.ts';
import { parseSize } from '../options/options.ts';
import { requireSlash } from '../options/requireKind.ts';

const texts = inBoth(
  {
    title: 'Your preferences',
    none: 'You have not chosen anything. Servers and workflows decide.',
    saved: 'Saved. This applies in every server and in direct messages.',
    names: {
      model: 'Model',
      size: 'Size',
      negativePrompt: 'Negative prompt',
      pingWhenDone: 'Mention me when it is done',
      askAboveCredits: 'Ask me above so many credits',
      tellChanges: 'Tell me of changes to my account',
    },
  },
  {
    title: '您的偏好',
    none: '您尚未设置偏好：由服务器和工作流决定。',
    saved: '已保存，在所有服务器和私信中生效。',
    names: {
      model: '模型',
      size: '尺寸',
      negativePrompt: '反向提示词',
      pingWhenDone: '完成时提及我',
      askAboveCredits: '超过多少积分时先询问我',
      tellChanges: '账户更改时通知我',
    },
  },
);

const builder = createSlash({
  name: ['preferences', '偏好'],
  description: ['What you want where you say nothing else', '未另行说明时您想要的内容'],
});
builder
  .addSubcommand((sub) =>
    localise(sub, { name: ['show', '查看'], description: ['Show what you chose', '查看您的选择'] }),
  )
  .addSubcommand((sub) =>
    localise(sub, { name: ['set', '设置'], description: ['Choose something', '设置偏好'] })
      .addStringOption((option) =>
        localise(option, { name: ['model', '模型'], description: ['Type to search', '输入以搜索'] })
          .setMaxLength(255)
          .setAutocomplete(true),
      )
      .addStringOption((option) =>
        localise(option, {
          name: ['size', '尺寸'],
          description: ['For example 1024x768', '例如 1024x768'],
        })
          .setMaxLength(20)
          .setAutocomplete(true),
      )
      .addStringOption((option) =>
        localise(option, {
          name: ['negative', '反向提示词'],
          description: ['What to leave out', '不希望出现的内容'],
        }).setMaxLength(1_000),
      )
      .addBooleanOption((option) =>
        localise(option, {
          name: ['ping', '完成提醒'],
          description: ['Mention me when something is done that took a while', '耗时较长的任务完成时提及我'],
        }),
      )
      .addIntegerOption((option) =>
        localise(option, {
          name: ['ask', '询问'],
          description: [
            'Ask me before one press costs more credits than this',
            '一次点击超过此积分时先询问我',
          ],
        })
          .setMinValue(0)
          .setMaxValue(1_000_000),
      )
      .addBooleanOption((option) =>
        localise(option, {
          name: ['tell', '账户通知'],
          description: [
            'Write to me about changes to my account, where it has no e-mail address',
            '账户没有邮箱地址时，将账户更改私信给我',
          ],
        }),
      ),
  )
  .addSubcommand((sub) =>
    localise(sub, {
      name: ['forget', '取消'],
      description: ['Forget a choice', '取消一项选择'],
    }).addStringOption((option) =>
      localise(option, { name: ['what', '内容'], description: ['Which one', '哪一项'] })
        .setRequired(true)
        .addChoices(
          createChoice(['Model', '模型'], 'model'),
          createChoice(['Size', '尺寸'], 'size'),
          createChoice(['What to leave out', '反向提示词'], 'negativePrompt'),
          createChoice(['Mention me when it is done', '完成提醒'], 'pingWhenDone'),
          createChoice(['When to ask about the price', '价格询问'], 'askAboveCredits'),
          createChoice(['Messages about my account', '账户通知'], 'tellChanges'),
          createChoice(['All of them', '全部'], 'all'),
        ),
    ),
  );

/** A person's defaults in every place; the API stores them. */
export const command: Command = {
  data: builder.toJSON(),
  texts,
  audience: 'private',
  like: null,
  async execute(context, interaction) {
    const { client, locale } = context;
    const slash = requireSlash(interaction);
    const isShown = slash.options.getSubcommand() === 'show';
    const chosen = isShown
      ? await client.getPreferences()
      : await client.patchPreferences({ body: readChange(context, slash) });
    await slash.editReply({
      content: isShown ? '' : texts[locale].saved,
      embeds: [present(context, chosen)],
      allowedMentions: { parse: [] },
    });
  },
  complete: completeSampling,
};

const nothing: PreferencesPatch = {
  model: null,
  size: null,
  negativePrompt: null,
  pingWhenDone: null,
  askAboveCredits: null,
  tellChanges: null,
};

/** @throws Refusal without any choice. */
function readChange({ say }: Context, { options }: ChatInputCommandInteraction): PreferencesPatch {
  if (options.getSubcommand() === 'forget') {
    const what = options.getString('what', true) as keyof PreferencesPatch | 'all';
    return what === 'all' ? nothing : { [what]: null };
  }
  const change = {
    model: options.getString('model'),
    size: parseSize({ say }, options.getString('size')) ?? null,
    negativePrompt: options.getString('negative')?.trim() || null,
    pingWhenDone: options.getBoolean('ping'),
    askAboveCredits: options.getInteger('ask'),
    tellChanges: options.getBoolean('tell'),
  };
  const given = Object.entries(change).filter(([, value]) => value !== null);
  if (given.length === 0) throw new Refusal(say.policyNothing);
  return Object.fromEntries(given);
}

function present({ say, locale }: Context, chosen: PreferencesView): APIEmbed {
  const { names, title, none } = texts[locale];
  const { model, size, negativePrompt, pingWhenDone, askAboveCredits, tellChanges } = chosen;
  const yesOrNo = (value: boolean | undefined) =>
    value === undefined ? undefined : value ? say.yes : say.no;
  const rows: [string, string | undefined][] = [
    [names.model, model && presentText(model, 255)],
    [names.size, size && `${size.width} × ${size.height}`],
    [names.negativePrompt, negativePrompt && presentText(negativePrompt)],
    [names.pingWhenDone, yesOrNo(pingWhenDone)],
    [names.askAboveCredits, askAboveCredits?.toString()],
    [names.tellChanges, yesOrNo(tellChanges)],
  ];
  const lines = rows.flatMap(([name, value]) => (value === undefined ? [] : [`**${name}:** ${value}`]));
  return new EmbedBuilder()
    .setTitle(title)
    .setDescription(lines.length === 0 ? none : lines.join('\n'))
    .toJSON();
}

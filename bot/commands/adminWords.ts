import { ClientProblem } from '@star-graph/client/clientProblem';
import type { WordRulesChange, WordRulesView } from '@star-graph/contract/safety/wordRules';
import {
  type APIEmbed,
  type AutocompleteInteraction,
  type ChatInputCommandInteraction,
  EmbedBuilder,
  type SlashCommandSubcommandBuilder,
} from 'discord.js';
import type { Context } from '../interaction/context.ts';
import { repeatWhenLost } from '../interaction/repeatWhenLost.ts';
import { Refusal } from '../replies/problems.ts';
import { presentText } from '../replies/taskEmbed.ts';
import type { Messages } from '../replies/texts/en.ts';
import { rank, toChoice } from './options/complete.ts';
import { createChoice, localise } from './options/localise.ts';
import { mostCharacters } from './options/ruleLimits.ts';

/** An embed's description holds 4,096, and two lists stand in it. */
const listCharacters = 1_900;

export const describeAdminWords = (sub: SlashCommandSubcommandBuilder): SlashCommandSubcommandBuilder =>
  localise(sub, {
    name: ['words', '词语'],
    description: [
      'What may not be in a prompt, wherever it is typed',
      '在任何地方都不得出现在提示词中的内容',
    ],
  })
    .addStringOption((option) =>
      localise(option, { name: ['action', '操作'], description: ['What to do', '要做什么'] })
        .setRequired(true)
        .addChoices(
          createChoice(['List', '查看'], 'list'),
          createChoice(['Add', '添加'], 'add'),
          createChoice(['Remove', '移除'], 'remove'),
        ),
    )
    .addStringOption((option) =>
      localise(option, {
        name: ['word', '词语'],
        description: ['* before or after it stands for any letters', '前后的 * 代表任意字母'],
      })
        .setMaxLength(mostCharacters.word)
        .setAutocomplete(true),
    )
    .addStringOption((option) =>
      localise(option, {
        name: ['pattern', '正则表达式'],
        description: ["A regular expression in RE2's syntax", 'RE2 语法的正则表达式'],
      })
        .setMaxLength(mostCharacters.pattern)
        .setAutocomplete(true),
    );

/** Shows the word rules of the platform, or changes one or two of them; the API says who may. */
export async function changeWords(context: Context, slash: ChatInputCommandInteraction): Promise<void> {
  const { client, say } = context;
  const action = slash.options.getString('action', true);
  const rules =
    action === 'list'
      ? await client.adminGetWordRules()
      : await change(context, action === 'add' ? 'add' : 'remove', slash);
  await slash.editReply({
    content: action === 'list' ? '' : say.policySaved,
    embeds: [presentRules(say, rules)],
    allowedMentions: { parse: [] },
  });
}

/** Adding a rule twice has no further effect, so a request with a lost answer may be repeated. */
async function change(
  { client, say }: Context,
  action: 'add' | 'remove',
  { options }: ChatInputCommandInteraction,
): Promise<WordRulesView> {
  const [word, pattern] = [options.getString('word'), options.getString('pattern')];
  if (word === null && pattern === null) throw new Refusal(say.adminWords.nothing);
  const body: WordRulesChange = {
    [action]: {
      ...(word === null ? {} : { blockedWords: [word] }),
      ...(pattern === null ? {} : { blockedPatterns: [pattern] }),
    },
  };
  try {
    return await repeatWhenLost(() => client.adminPatchWordRules({ body }));
  } catch (error) {
    if (error instanceof ClientProblem && error.code === 'invalid-params')
      throw new Refusal(say.adminWords.bad);
    throw error;
  }
}

/** The rules that can be removed; none for a person who may not read them. */
export async function completeWords({ bot, client }: Context, interaction: AutocompleteInteraction) {
  if (interaction.options.getString('action') !== 'remove') return [];
  const { name, value } = interaction.options.getFocused(true);
  try {
    const { blockedWords, blockedPatterns } = await client.adminGetWordRules();
    return rank((name === 'word' ? blockedWords : blockedPatterns).map(toChoice), value);
  } catch (err) {
    bot.log.info({ err }, 'the word rules are not offered');
    return [];
  }
}

function presentRules(say: Messages, { blockedWords, blockedPatterns }: WordRulesView): APIEmbed {
  const { adminWords } = say;
  const lines = [
    presentList(say, adminWords.words, blockedWords),
    presentList(say, adminWords.patterns, blockedPatterns),
  ].filter((line) => line !== '');
  return new EmbedBuilder()
    .setTitle(adminWords.title)
    .setDescription(lines.length === 0 ? adminWords.none : lines.join('\n'))
    .toJSON();
}

/** As many as fit, and how many more there are. */
function presentList(say: Messages, title: string, rules: readonly string[]): string {
  if (rules.length === 0) return '';
  let left = listCharacters;
  const shown = rules
    .map((rule) => presentText(rule))
    .filter((rule) => {
      left -= rule.length + 2;
      return left >= 0;
    });
  const more = rules.length - shown.length;
  const list = more === 0 ? shown : [...shown, say.adminWords.more(more)];
  return say.labelled(title, say.list(list));
}

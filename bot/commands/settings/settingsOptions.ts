import { InteractionContextType, PermissionFlagsBits, type SlashCommandSubcommandBuilder } from 'discord.js';
import { type CommandText, createChoice, createSlash, localise } from '../options/localise.ts';
import { greatestOf, mostCharacters } from '../options/ruleLimits.ts';
import { addNumber, addServer, serverText } from './serverOptions.ts';
import { sharedSubcommands } from './sharedOptions.ts';

type Sub = SlashCommandSubcommandBuilder;

/** Names of commands that can be withdrawn, with the Chinese ones. */
type Withdrawable = ReadonlyMap<string, string>;
type Fill = (sub: Sub, withdrawable: Withdrawable) => Sub;

const subcommands: [CommandText, Fill][] = [];
const add = (text: CommandText, fill: Fill = (sub) => sub): void => {
  subcommands.push([text, fill]);
};

/** Where a rule holds: the whole server, unless one of these is chosen. */
const addPlace = (sub: Sub): Sub =>
  sub
    .addChannelOption((option) =>
      localise(option, {
        name: ['channel', '频道'],
        description: ['Only in this channel; empty: the whole server', '仅用于此频道；留空则用于整个服务器'],
      }),
    )
    .addRoleOption((option) =>
      localise(option, {
        name: ['role', '身份组'],
        description: ['Only for this role; empty: the whole server', '仅用于此身份组；留空则用于整个服务器'],
      }),
    );

/** @param canForbid whether there is also a list of forbidden entries. */
const addAction = (sub: Sub, all: readonly [string, string], canForbid: boolean): Sub =>
  sub.addStringOption((option) =>
    localise(option, { name: ['action', '操作'], description: ['What to do', '要执行的操作'] })
      .setRequired(true)
      .addChoices(
        createChoice(['Allow', '允许'], 'add'),
        createChoice(['Remove', '不再允许'], 'remove'),
        ...(canForbid
          ? [
              createChoice(['Forbid', '禁止'], 'deny'),
              createChoice(['No longer forbid', '取消禁止'], 'undeny'),
            ]
          : []),
        createChoice(all, 'unset'),
      ),
  );

const addListAction = (sub: Sub): Sub =>
  sub.addStringOption((option) =>
    localise(option, { name: ['action', '操作'], description: ['What to do', '要执行的操作'] })
      .setRequired(true)
      .addChoices(
        createChoice(['Add', '添加'], 'add'),
        createChoice(['Remove', '移除'], 'remove'),
        createChoice(['Delete the whole list', '删除整个列表'], 'unset'),
      ),
  );

const addSearched = (sub: Sub, text: CommandText, maxLength: number): Sub =>
  sub.addStringOption((option) => localise(option, text).setMaxLength(maxLength).setAutocomplete(true));

add({ name: ['show', '查看'], description: ['Show the current settings', '查看当前设置'] });

add(serverText, addServer);

add({ name: ['rules', '规则'], description: ['Limits, privacy and price', '上限、隐私与价格'] }, (sub) => {
  sub
    .addStringOption((option) =>
      localise(option, {
        name: ['private', '仅自己可见'],
        description: ['Whether results are shown only to whoever asked', '结果是否只显示给本人'],
      }).addChoices(
        createChoice(['Always', '始终'], 'always'),
        createChoice(['Their own choice', '由本人选择'], 'choice'),
        createChoice(['Never', '从不'], 'never'),
      ),
    )
    .addBooleanOption((option) =>
      localise(option, {
        name: ['spoiler', '剧透遮挡'],
        description: ['Mark results as spoilers', '将结果标记为剧透'],
      }),
    );
  addNumber(
    sub,
    { name: ['steps', '步数'], description: ['Maximum steps; 0: no limit', '最多步数；0 为不限'] },
    'maxSteps',
  );
  addNumber(
    sub,
    {
      name: ['count', '数量'],
      description: ['Maximum pictures at a time; 0: no limit', '每次最多图片数；0 为不限'],
    },
    'maxCount',
  );
  sub.addNumberOption((option) =>
    localise(option, {
      name: ['megapixels', '百万像素'],
      description: ['Maximum size; 0: no limit', '最大尺寸；0 为不限'],
    })
      .setMinValue(0)
      .setMaxValue(greatestOf('maxMegapixels')),
  );
  addNumber(
    sub,
    {
      name: ['frames', '帧数'],
      description: ['Maximum frames of a video; 0: no limit', '视频最多帧数；0 为不限'],
    },
    'maxFrames',
  );
  addNumber(
    sub,
    {
      name: ['seconds', '秒数'],
      description: ['Maximum seconds of a video; 0: no limit', '视频最长秒数；0 为不限'],
    },
    'maxSeconds',
  );
  addNumber(
    sub,
    {
      name: ['price', '价格'],
      description: ['Percent of the usual price; 0: the usual price', '原价的百分比；0 为恢复原价'],
    },
    'pricePercent',
  );
  return addPlace(sub);
});

add(
  { name: ['defaults', '默认值'], description: ['What to use when nobody chose', '未选择时采用的值'] },
  (sub) => {
    addSearched(
      sub,
      { name: ['model', '模型'], description: ['Type to search', '输入以搜索'] },
      mostCharacters.model,
    )
      .addStringOption((option) =>
        localise(option, {
          name: ['size', '尺寸'],
          description: ['For example 1024x768', '例如 1024x768'],
        }).setMaxLength(20),
      )
      .addStringOption((option) =>
        localise(option, {
          name: ['negative', '反向提示词'],
          description: ['What to leave out of the picture', '不希望出现的内容'],
        }).setMaxLength(mostCharacters.negativePrompt),
      )
      .addStringOption((option) =>
        localise(option, {
          name: ['forget', '取消'],
          description: ['Remove a default', '不再使用的默认值'],
        }).addChoices(
          createChoice(['Model', '模型'], 'defaultModel'),
          createChoice(['Size', '尺寸'], 'defaultSize'),
          createChoice(['Negative prompt', '反向提示词'], 'defaultNegativePrompt'),
        ),
      );
    return addPlace(sub);
  },
);

add(
  { name: ['commands', '命令'], description: ['Choose which commands may be used', '设置允许使用的命令'] },
  (sub, withdrawable) =>
    addPlace(
      addAction(sub, ['All of them', '全部允许'], true).addStringOption((option) =>
        localise(option, {
          name: ['command', '命令'],
          description: ['Which command', '哪个命令'],
        }).addChoices(...[...withdrawable].map(([name, chinese]) => createChoice([name, chinese], name))),
      ),
    ),
);

add(
  { name: ['models', '模型'], description: ['Choose which models may be used', '设置允许使用的模型'] },
  (sub) => {
    addListAction(sub).addStringOption((option) =>
      localise(option, { name: ['list', '列表'], description: ['Which list', '哪个列表'] }).addChoices(
        createChoice(['Allowed', '允许'], 'models'),
        createChoice(['Only in age-restricted channels', '仅限年龄限制频道'], 'nsfwModels'),
        createChoice(['Forbidden', '禁止'], 'deniedModels'),
      ),
    );
    const searched: CommandText = { name: ['model', '模型'], description: ['Type to search', '输入以搜索'] };
    return addPlace(addSearched(sub, searched, mostCharacters.model));
  },
);

add(
  {
    name: ['workflows', '工作流'],
    description: ['Choose which workflows may be run', '设置允许运行的工作流'],
  },
  (sub) =>
    addPlace(
      addSearched(
        addAction(sub, ['All of them', '全部允许'], false),
        { name: ['workflow', '工作流'], description: ['Type to search', '输入以搜索'] },
        mostCharacters.workflow,
      ),
    ),
);

add(
  { name: ['words', '词语'], description: ['What may not be in a prompt', '提示词中不允许的内容'] },
  (sub) =>
    addPlace(
      addListAction(
        sub.addStringOption((option) =>
          localise(option, { name: ['list', '列表'], description: ['Which list', '哪个列表'] })
            .setRequired(true)
            .addChoices(
              createChoice(['Blocked words', '禁用词语'], 'blockedWords'),
              createChoice(['Only in age-restricted channels', '仅限年龄限制频道'], 'nsfwWords'),
              createChoice(['Blocked regular expressions', '禁用的正则表达式'], 'blockedPatterns'),
            ),
        ),
      ).addStringOption((option) =>
        localise(option, {
          name: ['text', '内容'],
          description: [
            'A word, with * before or after it for any letters; or a pattern',
            '词语，前后可加 * 代表任意字母；或正则表达式',
          ],
        }).setMaxLength(mostCharacters.pattern),
      ),
    ),
);

add(
  { name: ['places', '场所'], description: ['Choose where I work and for whom', '设置我在何处、为谁工作'] },
  (sub) => addPlace(addAction(sub, ['Everywhere, for everybody', '全部频道和成员'], true)),
);

for (const [text, fill] of sharedSubcommands) add(text, fill);

add(
  {
    name: ['reset', '重置'],
    description: ['Reset the settings of the server, a channel or a role', '重置服务器、频道或身份组的设置'],
  },
  addPlace,
);

export function describeSettings(withdrawable: Withdrawable) {
  const builder = createSlash({
    name: ['settings', '设置'],
    description: ['Set what is allowed in this server', '设置本服务器中允许的内容'],
  })
    .setContexts(InteractionContextType.Guild)
    .setDefaultMemberPermissions(PermissionFlagsBits.ManageGuild);
  for (const [text, fill] of subcommands)
    builder.addSubcommand((sub) => fill(localise(sub, text), withdrawable));
  return builder.toJSON();
}

import type { SlashCommandSubcommandBuilder } from 'discord.js';
import { type CommandText, localise } from '../options/localise.ts';
import { greatestOf } from '../options/ruleLimits.ts';

type Sub = SlashCommandSubcommandBuilder;

/** Subcommands of /settings on the server's shared credits. */
export const sharedSubcommands: readonly [CommandText, (sub: Sub) => Sub][] = [
  [
    {
      name: ['shared', '共享积分'],
      description: ['Who may use how many shared credits', '谁可以使用多少共享积分'],
    },
    (sub) =>
      sub
        .addIntegerOption((option) =>
          localise(option, {
            name: ['daily', '每日额度'],
            description: [
              'Shared credits per member per day; 0: none',
              '每位成员每天可用的共享积分；0 为不可用',
            ],
          })
            .setRequired(true)
            .setMinValue(0)
            .setMaxValue(greatestOf('sharedCreditsPerDay')),
        )
        .addRoleOption((option) =>
          localise(option, {
            name: ['role', '身份组'],
            description: [
              'For members with this role; empty: for everybody',
              '用于此身份组的成员；留空则用于所有成员',
            ],
          }),
        ),
  ],
  [
    {
      name: ['statement', '账单'],
      description: ['Show how the shared credits came and went', '查看共享积分的收支'],
    },
    (sub) => sub,
  ],
];

import { answerText } from '../acknowledge.ts';
import type { Command } from './command.ts';
import { createSlash } from './localise.ts';

export const daily: Command = {
  data: createSlash({
    name: ['daily', '每日'],
    description: ["Fetch today's credits", '领取今日积分'],
  }).toJSON(),
  audience: 'private',
  async execute({ client, say }, interaction) {
    const { available } = await client.claimDaily();
    await answerText(interaction, say.daily(available));
  },
};

import { ClientProblem } from '@star-graph/api/client/clientProblem';
import { answerText } from '../../interaction/acknowledge.ts';
import { Refusal } from '../../replies/problems.ts';
import type { Command } from '../command.ts';
import { createSlash } from '../options/localise.ts';

export const daily: Command = {
  data: createSlash({
    name: ['daily', '每日'],
    description: ["Collect today's credits", '领取今日积分'],
  }).toJSON(),
  audience: 'private',
  async execute({ client, say }, interaction) {
    try {
      const { available } = await client.claimDaily();
      await answerText(interaction, say.daily(available));
    } catch (error) {
      if (!(error instanceof ClientProblem && error.code === 'quota-exceeded')) throw error;
      throw new Refusal(say.dailyTaken(error.retryAfterSeconds));
    }
  },
};

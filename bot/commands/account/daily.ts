import { ClientProblem } from '@star-graph/client/clientProblem';
import { answerText } from '../../interaction/acknowledge.ts';
import { Refusal } from '../../replies/problems.ts';
import { inBoth } from '../../replies/texts/bilingual.ts';
import type { Command } from '../command.ts';
import { createSlash } from '../options/localise.ts';

const texts = inBoth(
  {
    collected: (credits: string) => `You collected today's credits. You now have ${credits}.`,
    taken: (wait: string | undefined) =>
      `You have already collected today's credits. Come back ${wait === undefined ? 'tomorrow' : `in ${wait}`}.`,
  },
  {
    collected: (credits) => `今日积分已领取。您现在有 ${credits}。`,
    taken: (wait) => `今日积分已领取。请${wait === undefined ? '明天' : `在 ${wait}后`}再来。`,
  },
);

export const command: Command = {
  data: createSlash({
    name: ['daily', '每日'],
    description: ["Collect today's credits", '领取今日积分'],
  }).toJSON(),
  texts,
  audience: 'private',
  async execute({ client, say, locale }, interaction) {
    try {
      const { available } = await client.claimDaily();
      await answerText(interaction, texts[locale].collected(say.credits(available)));
    } catch (error) {
      if (!(error instanceof ClientProblem && error.code === 'quota-exceeded')) throw error;
      const seconds = error.retryAfterSeconds;
      throw new Refusal(texts[locale].taken(seconds === undefined ? undefined : say.duration(seconds)));
    }
  },
};

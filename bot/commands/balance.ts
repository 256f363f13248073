import { answerText } from '../acknowledge.ts';
import type { Command } from './command.ts';
import { createSlash } from './localise.ts';

export const balance: Command = {
  data: createSlash({
    name: ['balance', '余额'],
    description: ['Show your credits', '查看您的积分'],
  }).toJSON(),
  audience: 'private',
  async execute({ client, say }, interaction) {
    const { available, held } = await client.getBalance();
    await answerText(interaction, say.balance(available, held));
  },
};

import { answerText } from '../../interaction/acknowledge.ts';
import type { Command } from '../command.ts';
import { createSlash } from '../options/localise.ts';

export const link: Command = {
  data: createSlash({
    name: ['link', '关联'],
    description: ['Get a code to sign in elsewhere or to merge accounts', '获取代码，以在别处登录或合并账号'],
  }).toJSON(),
  audience: 'private',
  async execute({ client, say }, interaction) {
    const { code } = await client.createLinkCode();
    await answerText(interaction, say.linkCode(code));
  },
};

import { answerText } from '../acknowledge.ts';
import type { Command } from './command.ts';
import { createSlash } from './localise.ts';

export const link: Command = {
  data: createSlash({
    name: ['link', '关联'],
    description: ['Sign the browser extension in, or join accounts', '登录浏览器扩展，或合并账号'],
  }).toJSON(),
  audience: 'private',
  async execute({ client, say }, interaction) {
    const { code } = await client.createLinkCode();
    await answerText(interaction, say.linkCode(code));
  },
};

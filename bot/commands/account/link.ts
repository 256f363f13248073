import { answerText } from '../../interaction/acknowledge.ts';
import { inBoth } from '../../replies/texts/bilingual.ts';
import type { Command } from '../command.ts';
import { createSlash } from '../options/localise.ts';

const texts = inBoth(
  {
    code: (code: string) =>
      `Your code is **${code}**. Within 10 minutes, enter it in the browser extension to sign in to this account, or on the account page to merge this account with another of yours. Keep it to yourself: whoever enters it has this account, and you have a way into theirs.`,
  },
  {
    code: (code) =>
      `您的代码是 **${code}**。请在 10 分钟内在浏览器扩展中输入，以登录此账号；或在账号页面输入，将此账号与您的另一账号合并。请勿告诉他人：输入者将拥有此账号，您也将能进入其账号。`,
  },
);

export const command: Command = {
  data: createSlash({
    name: ['link', '关联'],
    description: ['Get a code to sign in elsewhere or to merge accounts', '获取代码，以在别处登录或合并账号'],
  }).toJSON(),
  texts,
  audience: 'private',
  async execute({ client, locale }, interaction) {
    const { code } = await client.createLinkCode({ body: { name: `@${interaction.user.username}` } });
    await answerText(interaction, texts[locale].code(code));
  },
};

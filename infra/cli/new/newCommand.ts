import type { FirstVersion } from './writeFirstVersion.ts';

/** A slash command that answers the person alone. */
export function newCommand(place: string): FirstVersion {
  const [, name = ''] = place.split('/');
  return {
    files: {
      [`bot/commands/${place}.ts`]: `import { answerText } from '../../interaction/acknowledge.ts';
import { inBoth } from '../../replies/texts/bilingual.ts';
import type { Command } from '../command.ts';
import { createSlash } from '../options/localise.ts';

const texts = inBoth({ answer: 'Your answer.' }, { answer: '您的回复。' });

export const command: Command = {
  data: createSlash({
    name: ['${name}', '${name}'],
    description: ['What it does, in a few words', '简短说明'],
  }).toJSON(),
  texts,
  audience: 'private',
  async execute({ locale }, interaction) {
    await answerText(interaction, texts[locale].answer);
  },
};
`,
    },
    lines: [
      {
        path: 'bot/commands/commands.ts',
        before: "  import('./help.ts'),",
        text: `  import('./${place}.ts'),\n`,
      },
    ],
    next: ['Say it in both languages, let execute do the work, and add it to infra/docs/bot.md.'],
  };
}

import { LaunchFailure } from '../../launcher/failure.ts';
import { newRoute } from './newRoute.ts';
import { newWorkflow } from './newWorkflow.ts';
import type { FirstVersion } from './writeFirstVersion.ts';

const status = 409;
const title = 'A few words on what is wrong';

/** An entry and its page. */
function newProblem(code: string): FirstVersion {
  const key = /-/.test(code) ? `'${code}'` : code;
  return {
    files: {
      [`infra/docs/problems/${code}.md`]: `# ${code}

${title}.

| | |
|---|---|
| Type | \`urn:star-graph:problem:${code}\` |
| HTTP status | ${status} |
| The same request may succeed later | no |

## What happened

A sentence on what the person did and what stood against it.

## What to do

A sentence on the way out, or that there is none.
`,
    },
    lines: [
      {
        path: 'workflows/shared/problems.ts',
        before: '} as const satisfies',
        text: `  ${key}: { title: '${title}', status: ${status}, retryable: false },\n`,
      },
    ],
    next: [
      'Correct title, status and retryable, there and on the page.',
      'Write its sentence in both languages into workflows/shared/problemTexts.ts: npm run typecheck asks for it.',
      'npx vitest run -u --config infra/tooling/vitest.config.ts api/transport writes the list of pages.',
    ],
  };
}

/** A slash command that answers the person alone. */
function newCommand(place: string): FirstVersion {
  const [, name = ''] = place.split('/');
  return {
    files: {
      [`bot/commands/${place}.ts`]: `import { answerText } from '../../interaction/acknowledge.ts';
import { inBoth } from '../../replies/texts/bilingual.ts';
import type { Command } from '../command.ts';
import { createSlash } from '../options/localise.ts';

const texts = inBoth({ answer: 'Your answer.' }, { answer: '您的回复。' });

const command: Command = {
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

interface Kind {
  /** The name as it is typed. */
  name: RegExp;
  example: string;
  plan(name: string): FirstVersion;
}

const kinds: Readonly<Record<string, Kind>> = {
  workflow: { name: /^[a-z0-9][a-z0-9-]{0,62}$/, example: 'blur', plan: newWorkflow },
  command: { name: /^[a-z]+\/[a-z]{1,32}$/, example: 'tasks/where', plan: newCommand },
  route: { name: /^[a-zA-Z]+\/[a-z][a-zA-Z]+$/, example: 'tasks/rateTask', plan: newRoute },
  problem: { name: /^[a-z]+(-[a-z]+)*$/, example: 'result-expired', plan: newProblem },
};

export const kindNames = Object.keys(kinds);

/** @throws LaunchFailure for an unknown kind, and for a name that the kind cannot have. */
export function firstVersionOf(kind = '', name = ''): FirstVersion {
  const found = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (!found) throw new LaunchFailure(`Say what is new: npm run new -- ${kindNames.join('|')} <name>.`);
  if (!found.name.test(name))
    throw new LaunchFailure(`Give it a name, such as: npm run new -- ${kind} ${found.example}.`);
  return found.plan(name);
}

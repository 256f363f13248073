import { fileURLToPath } from 'node:url';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { Command, InvalidArgumentError } from 'commander';
import { runMain } from '../launcher/processes/stopSignals.ts';
import { runDoctor } from './doctor/runDoctor.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const eraseLine = '\r\u001B[2K';
const widest = 110;

/** `npm run doctor`: looks at the whole installation, and says what is wrong and what to do about it. */
async function main(): Promise<number> {
  const command = new Command('npm run doctor --')
    .description(
      'Looks at this installation with its own settings (environment and .env), and changes nothing.',
    )
    .argument('[servers...]', 'look at these ComfyUI servers alone, such as http://gpu1:8188', addServer, [])
    .option('--json', 'print one JSON object')
    .option('--deep', 'also hold the rules of ledger, tasks and attempts against every row')
    .option(
      '--smoke',
      'with servers: run up to two workflows on each, twice, which takes minutes of its GPU and leaves their files there',
    )
    .addHelpText('after', '\nExit code: 0 all is well, 1 warnings, 2 errors.')
    .showHelpAfterError()
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .parse();
  const [servers] = command.processedArgs as [string[]];
  const { json, smoke, deep } = command.opts<{ json?: true; smoke?: true; deep?: true }>();
  const { stdout, stderr } = process;
  return runDoctor(
    { clock: systemClock },
    {
      root,
      env: process.env,
      servers,
      isJson: json === true,
      withSmoke: smoke === true,
      isDeep: deep === true,
    },
    {
      write: (text) => void stdout.write(text),
      showWaiting(names) {
        if (!stderr.isTTY) return;
        const text = names.length === 0 ? '' : ` … ${names.join(', ')}`;
        stderr.write(`${eraseLine}${text.slice(0, (stderr.columns ?? 80) - 1)}`);
      },
      look: {
        hasColour: stdout.isTTY === true && !process.env.NO_COLOR,
        width: Math.min(stdout.columns ?? widest, widest),
      },
    },
  );
}

function addServer(text: string, servers: string[]): string[] {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new InvalidArgumentError('It must be an address such as http://gpu1:8188.');
  return [...servers, text];
}

await runMain(main);

import { type ParseArgsConfig, parseArgs } from 'node:util';
import { Usage } from '../launcher/failure.ts';

/**
 * What a command was called with, or throws its usage, which `runMain` shows.
 * @param usage a line for each way to call it.
 */
export function readCall<const T extends ParseArgsConfig>(
  usage: string,
  config: T,
  args: readonly string[] = process.argv.slice(2),
) {
  if (args.some((arg) => arg === '--help' || arg === '-h')) throw new Usage(usage);
  try {
    return parseArgs({ ...config, args: [...args] });
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (!code.startsWith('ERR_PARSE_ARGS_')) throw error;
    // What follows says how a positional argument is written that looks like an option.
    const [fault] = message.split('. ');
    throw new Usage(usage, `${fault?.replace(/\.$/, '')}.`);
  }
}

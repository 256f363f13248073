import { fileURLToPath } from 'node:url';
import { LaunchFailure } from '../launcher/failure.ts';
import { readEnvironment } from '../launcher/launcherConfig.ts';
import { describeVerbs, isVerb, type Verb, verbs } from './sg/verbs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/*
 * `npm run sg -- <verb>`: everything that an operator does with an installation, under one name. The module of a verb is
 * a program: it reads the arguments behind its name, and ends by itself.
 */

/** A process of the platform knows its environment alone; here it begins in a checkout, whose settings are in .env. */
function prepare(verb: Verb, args: readonly string[]): void {
  process.argv = [...process.argv.slice(0, 2), ...args];
  process.chdir(root);
  if ('readsSettings' in verbs[verb]) Object.assign(process.env, readEnvironment(root, process.env));
}

const [verb = '', ...args] = process.argv.slice(2);
if (!isVerb(verb)) {
  console.error(verb === '' ? describeVerbs() : `There is no "${verb}".\n\n${describeVerbs()}`);
  process.exit(verb === '' ? 0 : 1);
}
try {
  prepare(verb, args);
} catch (error) {
  if (!(error instanceof LaunchFailure)) throw error;
  console.error(error.message);
  process.exit(1);
}
await verbs[verb].load();

import { fileURLToPath } from 'node:url';
import { Usage } from '../launcher/failure.ts';
import { readEnvironment } from '../launcher/launcherConfig.ts';
import { endBy } from '../launcher/processes/stopSignals.ts';
import { readCall } from './readCall.ts';
import { describeVerbs, isVerb, type Verb, type VerbFacts, verbs } from './sg/verbs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/*
 * `npm run sg -- <verb>`: everything that an operator does with an installation, under one name. The module of a verb is
 * a program: it reads the arguments behind its name, and ends by itself.
 */

/** A process of the platform knows its environment alone; here it begins in a checkout, whose settings are in .env. */
function prepare(verb: Verb, args: readonly string[]): void {
  process.argv = [...process.argv.slice(0, 2), ...args];
  process.chdir(root);
  const facts: VerbFacts = verbs[verb];
  if (!facts.readsSettings) return;
  const call = facts.takes === undefined ? verb : `${verb} ${facts.takes}`;
  readCall(`npm run sg -- ${call}   to ${facts.says}`, { allowPositionals: facts.takes !== undefined }, args);
  Object.assign(process.env, readEnvironment(root, process.env));
}

function readVerb(text: string): Verb {
  const usage = describeVerbs();
  if (isVerb(text)) return text;
  throw ['', '--help', '-h'].includes(text) ? new Usage(usage) : new Usage(usage, `There is no "${text}".`);
}

function choose(): Verb {
  const [text = '', ...args] = process.argv.slice(2);
  try {
    const verb = readVerb(text);
    prepare(verb, args);
    return verb;
  } catch (error) {
    return endBy(error);
  }
}

await verbs[choose()].load();

import { LaunchFailure } from '../../launcher/failure.ts';
import { newCommand } from './newCommand.ts';
import { newProblem } from './newProblem.ts';
import { newRoute } from './newRoute.ts';
import { newWorkflow } from './newWorkflow.ts';
import type { FirstVersion } from './writeFirstVersion.ts';

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

/** @throws LaunchFailure for an unknown kind, and for a name that the kind cannot have. */
export function firstVersionOf(kind = '', name = ''): FirstVersion {
  const found = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (!found)
    throw new LaunchFailure(`Say what is new: npm run new -- ${Object.keys(kinds).join('|')} <name>.`);
  if (!found.name.test(name))
    throw new LaunchFailure(`Give it a name, such as: npm run new -- ${kind} ${found.example}.`);
  return found.plan(name);
}

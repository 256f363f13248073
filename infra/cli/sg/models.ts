import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { ClientProblem, Unreachable } from '@star-graph/client/clientProblem';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { LaunchFailure } from '../../launcher/failure.ts';
import { readEnvironment } from '../../launcher/launcherConfig.ts';
import { listenForStop, runMain } from '../../launcher/processes/stopSignals.ts';
import { chooseTarget, type SignedIn, signIn } from '../try/signIn.ts';
import { parseTryConfig } from '../try/tryConfig.ts';
import { readModelsCall, runModels } from './runModels.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** `npm run sg -- models …`: what the shipped workflows want on a GPU server, fetched to it. */
async function main(): Promise<number> {
  const call = readModelsCall(process.argv.slice(2));
  const stopped = listenForStop();
  const env = readEnvironment(root, process.env);
  let signedIn: SignedIn | undefined;
  try {
    signedIn = await signIn(
      chooseTarget(parseTryConfig(env), resolve(root, env.DATA_DIR ?? '.data')),
      stopped,
    );
    const isGood = await runModels(
      { client: signedIn.client, clock: systemClock, say: console.log, confirm, stopped },
      call,
    );
    return isGood ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ClientProblem) && !(error instanceof Unreachable)) throw error;
    const faults = error instanceof ClientProblem ? (error.problem.errors ?? []) : [];
    throw new LaunchFailure([error.message, ...faults.map(({ message }) => message)].join('\n'), {
      cause: error,
    });
  } finally {
    await signedIn?.signOut();
  }
}

async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new LaunchFailure('There is nobody to confirm the addresses. Read them above, then add --yes.');
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}

await runMain(main);

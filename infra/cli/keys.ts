import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ClientProblem, Unreachable } from '@star-graph/client/clientProblem';
import { LaunchFailure } from '../launcher/failure.ts';
import { readEnvironment } from '../launcher/launcherConfig.ts';
import { listenForStop, runMain } from '../launcher/processes/stopSignals.ts';
import { runKeys } from './runKeys.ts';
import { chooseTarget, type SignedIn, signIn } from './try/signIn.ts';
import { parseTryConfig } from './try/tryConfig.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** `npm run keys -- …`: lists and rotates the platform's keys as its administrator. */
async function main(): Promise<number> {
  const signal = listenForStop();
  const env = readEnvironment(root, process.env);
  const dataDir = resolve(root, env.DATA_DIR ?? '.data');
  let signedIn: SignedIn | undefined;
  const connect = async () => {
    signedIn ??= await signIn(chooseTarget(parseTryConfig(env), dataDir), signal);
    return signedIn.client;
  };
  try {
    const say = (sentence: string) => console.log(sentence);
    await runKeys({ connect, dataDir, dataKeys: env.DATA_KEYS, say }, process.argv.slice(2));
    return 0;
  } catch (error) {
    if (!(error instanceof ClientProblem) && !(error instanceof Unreachable)) throw error;
    throw new LaunchFailure(error.message, { cause: error });
  } finally {
    await signedIn?.signOut();
  }
}

runMain(main);

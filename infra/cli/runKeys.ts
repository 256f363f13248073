import type { ApiClient } from '@star-graph/client/client';
import { addDataKey, listDataKids, removeDataKeys } from '../launcher/dataDir/dataKeys.ts';
import { LaunchFailure, Usage } from '../launcher/failure.ts';
import { readCall } from './readCall.ts';

interface KeysContext {
  /** Of the administrator; asked for when the platform is needed. */
  connect(): Promise<ApiClient>;
  dataDir: string;
  /** Set: the person keeps the data keys, not the launcher. */
  dataKeys: string | undefined;
  say(sentence: string): void;
}

const usage = `npm run keys -- list                        the keys, and what needs them
npm run keys -- rotate jwt | files | data   makes a new one, which signs or encrypts from then on
npm run keys -- reencrypt                   brings every secret to the newest key of data
npm run keys -- prune                       removes the keys of data that nothing needs any more`;

/** @throws Usage for a command that does not exist, and LaunchFailure with the way out where it cannot be carried out. */
export async function runKeys(context: KeysContext, args: readonly string[]): Promise<void> {
  const [command, purpose, ...more] = readCall(usage, { allowPositionals: true }, args).positionals;
  if (command === 'list' && purpose === undefined) return list(context);
  if (command === 'reencrypt' && purpose === undefined) return void (await reencrypt(context));
  if (command === 'prune' && purpose === undefined) return prune(context);
  if (command === 'rotate' && more.length === 0) {
    if (purpose === 'data') return rotateData(context);
    if (purpose === 'jwt' || purpose === 'files') return rotateSigning(context, purpose);
  }
  throw new Usage(usage, 'There is no such command.');
}

async function list({ connect, say }: KeysContext): Promise<void> {
  const { signing, data } = await (await connect()).adminListKeys();
  for (const { purpose, keys } of signing) {
    if (keys.length === 0) say(`${purpose} environment signs`);
    for (const { kid, state, verifiesUntil } of keys)
      say(`${purpose} ${kid} ${state}${verifiesUntil === undefined ? '' : ` until ${verifiesUntil}`}`);
  }
  for (const [index, kid] of data.kids.entries()) {
    const { lastRun } = data;
    const isKnown = lastRun !== undefined && lastRun.first === data.kids[0];
    const need = !isKnown ? 'perhaps needed' : lastRun.held[kid] ? 'needed' : 'not needed any more';
    say(`data ${kid} ${index === 0 ? 'encrypts' : `decrypts, ${need}`}`);
  }
}

async function rotateSigning({ connect, say }: KeysContext, purpose: 'jwt' | 'files'): Promise<void> {
  const client = await connect();
  const { signing } = await client.adminListKeys();
  const version = signing.find((one) => one.purpose === purpose)?.version ?? 0;
  const { keys } = await client.adminRotateKey({ params: { purpose }, body: { version } });
  say(`${purpose} ${keys[0]?.kid} signs from ${keys[0]?.signsFrom}. Nobody is signed out.`);
}

function rotateData(context: KeysContext): void {
  requireKept(context);
  const kid = addDataKey(context.dataDir);
  context.say(
    `data ${kid} encrypts from the next start on. Restart "npm start", then run "npm run keys -- reencrypt" and "npm run keys -- prune".`,
  );
}

/** @returns the keys that secrets still need. */
async function reencrypt({ connect, say }: KeysContext) {
  const client = await connect();
  let done = await client.adminReencrypt();
  for (let rewritten = done.rewritten; ; rewritten += done.rewritten) {
    if (done.isComplete) {
      say(`${rewritten} secrets were encrypted anew with ${done.first}.`);
      break;
    }
    done = await client.adminReencrypt();
  }
  for (const secret of done.unreadable) say(`${secret} cannot be read: its key is missing or wrong.`);
  for (const [kid, count] of Object.entries(done.held)) say(`data ${kid} is needed by ${count} secrets.`);
  return done;
}

async function prune(context: KeysContext): Promise<void> {
  requireKept(context);
  const { first, held } = await reencrypt(context);
  const kids = listDataKids(context.dataDir);
  if (kids[0] !== first)
    throw new LaunchFailure(
      `The platform does not encrypt with ${kids[0]} yet. Restart "npm start", and run the command again.`,
    );
  const removed = removeDataKeys(
    context.dataDir,
    kids.filter((kid) => held[kid] === undefined),
  );
  context.say(removed.length === 0 ? 'No key is left over.' : `data ${removed.join(', ')} removed.`);
}

function requireKept({ dataKeys }: KeysContext): void {
  if (dataKeys !== undefined)
    throw new LaunchFailure(
      'DATA_KEYS is in your environment or .env: change it there (infra/docs/keys.md).',
    );
}

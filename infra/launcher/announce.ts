import { relative } from 'node:path';
import { isMadePassword } from './dataDir/secrets.ts';
import { pageUrl } from './pageUrl.ts';
import type { AdministratorSignIn } from './steps/administrator.ts';

interface Announcement {
  root: string;
  dataDir: string;
  apiHost: string;
  apiPort: number;
  adminUsername: string;
  signIn: AdministratorSignIn;
  /** Signs the administrator in once. */
  link: string | undefined;
}

/**
 * The console, where its page takes the code out of the address. Behind the #, which browsers send to no server.
 * Undefined without a code.
 */
export function linkOf(
  { apiHost, apiPort }: Pick<Announcement, 'apiHost' | 'apiPort'>,
  welcomeCode: string | undefined,
): string | undefined {
  return welcomeCode && `${pageUrl(apiHost, apiPort)}/#welcome=${welcomeCode}`;
}

/** The announcement once everything runs: address, sign-in, and first things to try. */
export function describeRunning(facts: Announcement): string {
  const inside = relative(facts.root, facts.dataDir);
  const dataDir = inside.startsWith('..') ? facts.dataDir : inside;
  return `
Star-Graph runs on ${pageUrl(facts.apiHost, facts.apiPort)}
${describeLink(facts)}
${describeSignIn(facts, dataDir)}

Try it, in a second terminal:

  npm run try -- upscale photo.jpg --scale 2 -o sharper.png
  npm run try -- text2img "a lighthouse at dawn" -o lighthouse.png
  npm run try -- img2img photo.jpg "the same place in winter" -o winter.png

Ctrl-C stops it and keeps the data. Logs are in ${dataDir}/logs.
`;
}

const describeLink = ({ link, adminUsername }: Announcement): string =>
  link === undefined
    ? ''
    : `
Open this link to be signed in as ${adminUsername}. It works once, within an hour, on this machine; each start prints a new one.

  ${link}

For programs, and from elsewhere:
`;

const another = 'ADMIN_USERNAME=<a new name> npm start';

/** A terminal is recorded and looked at by others. */
const shown = (password: string): string => (isMadePassword(password) ? password : 'the one that you gave');

/** Only what was tried is printed as true. */
function describeSignIn({ adminUsername, signIn }: Announcement, dataDir: string): string {
  if (signIn.kind === 'accepted')
    return `  user      ${adminUsername}\n  password  ${shown(signIn.password)}   (kept in ${dataDir}/secrets.json)`;
  if (signIn.kind === 'unchecked')
    return `  user      ${adminUsername}\n  password  see ${dataDir}/secrets.json; whether it is right was not answered: ${signIn.reason}`;
  if (signIn.kind === 'two-step')
    return `  user      ${adminUsername}\n  password  the one in use, and the account's second factor`;
  if (signIn.kind === 'ordinary')
    return `
The account "${adminUsername}" is in the database already and is no administrator's. Make one: ${another}`;
  return `  user      ${adminUsername}
  password  one that is not known here: the account is in the database already, with another password than ${dataDir}/secrets.json has.

If you know it, the launcher keeps it: ADMIN_PASSWORD=<its password> npm start
If not, make another administrator: ${another}`;
}

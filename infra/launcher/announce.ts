import { relative } from 'node:path';
import type { AdministratorSignIn } from './steps/administrator.ts';

export interface Announcement {
  root: string;
  dataDir: string;
  apiHost: string;
  apiPort: number;
  adminUsername: string;
  signIn: AdministratorSignIn;
}

/** The announcement once everything runs: address, sign-in, and first things to try. */
export function describeRunning(facts: Announcement): string {
  const inside = relative(facts.root, facts.dataDir);
  const dataDir = inside.startsWith('..') ? facts.dataDir : inside;
  const host = ['127.0.0.1', '0.0.0.0', '::', '::1'].includes(facts.apiHost) ? 'localhost' : facts.apiHost;
  return `
Star-Graph runs on http://${host}:${facts.apiPort}

${describeSignIn(facts, dataDir)}

Try it, in a second terminal:

  npm run try -- upscale photo.jpg --scale 2 -o sharper.png
  npm run try -- text2img "a lighthouse at dawn" -o lighthouse.png
  npm run try -- img2img photo.jpg "the same place in winter" -o winter.png

Ctrl-C stops it and keeps the data. Logs are in ${dataDir}/logs.
`;
}

const another = 'ADMIN_USERNAME=<a new name> npm start';

/** Only what was tried is printed as true. */
function describeSignIn({ adminUsername, signIn }: Announcement, dataDir: string): string {
  if (signIn.kind === 'accepted')
    return `  user      ${adminUsername}\n  password  ${signIn.password}   (kept in ${dataDir}/secrets.json)`;
  if (signIn.kind === 'unchecked')
    return `  user      ${adminUsername}\n  password  see ${dataDir}/secrets.json; whether it is right was not answered: ${signIn.reason}`;
  if (signIn.kind === 'two-step')
    return `  user      ${adminUsername}\n  password  the one in use, and the account's second factor`;
  if (signIn.kind === 'ordinary')
    return `The account "${adminUsername}" is in the database already and is no administrator's. Make one: ${another}`;
  return `The account "${adminUsername}" is in the database already, with another password than ${dataDir}/secrets.json has.
If you know it, the launcher keeps it: ADMIN_PASSWORD=<its password> npm start
If not, make another administrator: ${another}`;
}

import { relative } from 'node:path';

export interface Announcement {
  root: string;
  dataDir: string;
  apiHost: string;
  apiPort: number;
  adminUsername: string;
  adminPassword: string;
}

/** What a person needs once everything runs: where it is, how to sign in, what to try first. */
export function describeRunning(facts: Announcement): string {
  const inside = relative(facts.root, facts.dataDir);
  const dataDir = inside.startsWith('..') ? facts.dataDir : inside;
  const host = ['127.0.0.1', '0.0.0.0', '::', '::1'].includes(facts.apiHost) ? 'localhost' : facts.apiHost;
  return `
Star-Graph runs on http://${host}:${facts.apiPort}

  user      ${facts.adminUsername}
  password  ${facts.adminPassword}   (kept in ${dataDir}/secrets.json)

Try it, in a second terminal:

  npm run try -- upscale photo.jpg --scale 2 -o sharper.png
  npm run try -- text2img "a lighthouse at dawn" -o lighthouse.png
  npm run try -- img2img photo.jpg "the same place in winter" -o winter.png

Ctrl-C stops it and keeps the data. Logs are in ${dataDir}/logs.
`;
}

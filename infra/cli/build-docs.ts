import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { runMain } from '../launcher/processes/stopSignals.ts';
import { readCall } from './readCall.ts';

/** `npm run docs:build`: the documentation as a site, where the API serves it at /docs/guide. DOCS_FOLDER and DOCS_BASE name another place. */

const folder = join(import.meta.dirname, '../docs');
// As the Dockerfile's.
const install = ['--yes', 'pnpm@12.21.0', 'install', '--frozen-lockfile', '--prefer-offline'];
const run = (program: string, args: readonly string[]) =>
  execFileSync(program, args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });

async function main(): Promise<number> {
  readCall('npm run docs:build   builds the documentation as a site', {});
  run('npx', install);
  run(join(folder, 'node_modules/.bin/vitepress'), ['build']);

  // The API unpacks what it serves for who cannot; another server takes files as they are.
  const { DOCS_BASE, DOCS_FOLDER = join(import.meta.dirname, '../../api/pages/dist') } = process.env;
  if (DOCS_BASE === undefined)
    for (const path of globSync('**/*.{html,js,css,svg,json}', { cwd: DOCS_FOLDER })) {
      const file = join(DOCS_FOLDER, path);
      writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
      rmSync(file);
    }
  return 0;
}

await runMain(main);

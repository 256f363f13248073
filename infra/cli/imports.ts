import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseInventory } from '@star-graph/core/comfy/answers/inventory';
import { Problem } from '@star-graph/core/ground/errors';
import { proposeWorkflow } from '@star-graph/core/library/workflows/proposal';
import { readCoreDefinitions } from '@star-graph/workflows/graph/coreDefinitions';
import { Usage } from '../launcher/failure.ts';
import { runMain } from '../launcher/processes/stopSignals.ts';
import { readCall } from './readCall.ts';

const usage = `npm run imports -- FOLDER…   tries to import every workflow of the folders as an administrator would, by
                             ComfyUI's own definitions alone, and prints a table of what became of each`;

async function main(): Promise<number> {
  const { positionals: folders } = readCall(usage, { allowPositionals: true });
  if (folders.length === 0) throw new Usage(usage, 'Name the folders with workflows.');
  const inventories = [parseInventory(readCoreDefinitions())];
  const rules = { isTaken: () => false, place: '/graph' } as const;
  for (const folder of folders) {
    const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
    const rows: [file: string, params: string, refusal: string][] = [];
    for (const file of files) {
      try {
        const document: unknown = JSON.parse(await readFile(join(folder, file), 'utf8'));
        const { manifest } = proposeWorkflow(inventories, document, rules);
        rows.push([file, Object.keys(manifest.params.properties).join(', '), '']);
      } catch (error) {
        if (!(error instanceof Problem) && !(error instanceof SyntaxError)) throw error;
        const told = error instanceof Problem ? (error.errors[0]?.message ?? error.message) : 'no JSON';
        rows.push([file, '', told]);
      }
    }
    const taken = rows.filter(([, , refusal]) => refusal === '').length;
    console.log(
      `\n${taken} of ${rows.length} in ${folder}\n\n| file | parameters | why not |\n|---|---|---|`,
    );
    for (const row of rows) console.log(`| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`);
  }
  return 0;
}

await runMain(main);

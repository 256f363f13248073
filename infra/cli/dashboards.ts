import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { boards } from '../deploy/observability/grafana/boards.ts';
import { renderBoard } from '../deploy/observability/grafana/renderBoard.ts';
import { runMain } from '../launcher/processes/stopSignals.ts';
import { readCall } from './readCall.ts';

const folder = fileURLToPath(new URL('../deploy/observability/grafana/dashboards/', import.meta.url));

async function main(): Promise<number> {
  readCall('npm run dashboards   writes what Grafana reads', {});
  await mkdir(folder, { recursive: true });
  for (const [name, board] of Object.entries(boards))
    await writeFile(`${folder}${name}.json`, JSON.stringify(renderBoard(board), undefined, 2));
  console.log(`${Object.keys(boards).length} dashboards are written to ${folder}`);
  return 0;
}

await runMain(main);

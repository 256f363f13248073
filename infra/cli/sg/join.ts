import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { LaunchFailure } from '../../launcher/failure.ts';
import { runMain } from '../../launcher/processes/stopSignals.ts';

const program = fileURLToPath(new URL('../../../api/agent/star_graph_gpu.py', import.meta.url));

/** `npm run sg -- join <platform> <code>`: the program of a GPU machine, where a checkout is there already. */
async function main(): Promise<number> {
  const child = spawn('python3', [program, 'join', ...process.argv.slice(2)], { stdio: 'inherit' });
  const failed = once(child, 'error').then(([error]) => {
    throw new LaunchFailure(
      `python3 does not start (${error.code}). ComfyUI's Python does: run ${program} by it.`,
    );
  });
  const [code] = await Promise.race([once(child, 'exit'), failed]);
  return Number(code ?? 1);
}

await runMain(main);

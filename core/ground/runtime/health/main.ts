/*
 * The health check of a container, without a shell or curl:
 *   node core/ground/runtime/health/main.ts api            GET /startupz on API_PORT
 *   node core/ground/runtime/health/main.ts dispatcher readyz
 * It reads the same variables as the process beside it. Exit code 0: the answer was 200.
 */

/** The variables of each process, and what they are without a value; without a port there is nothing to ask. */
const ports: Record<string, { port: string; host: string; usual?: string }> = {
  api: { port: 'API_PORT', host: 'API_HOST', usual: '8080' },
  dispatcher: { port: 'DISPATCHER_PORT', host: 'METRICS_HOST' },
  bot: { port: 'BOT_PORT', host: 'METRICS_HOST' },
};
/** Longer than the slowest answer of a process that answers at all. */
const limitMs = 4_000;

async function check(name = '', path = 'startupz'): Promise<string | undefined> {
  const variables = ports[name];
  if (!variables || !['healthz', 'readyz', 'startupz'].includes(path))
    return `Name a process and a path: ${Object.keys(ports).join(', ')}; healthz, readyz, startupz.`;
  const port = process.env[variables.port] || variables.usual;
  if (port === undefined) return `Set ${variables.port}: without it the ${name} does not answer.`;
  const url = `http://${reachable(process.env[variables.host] || '127.0.0.1')}:${port}/${path}`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(limitMs) });
    const answer = await response.text();
    return response.ok ? undefined : `${response.status}: ${answer}`;
  } catch (error) {
    return `No answer from the ${name}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** An address that stands for all of them is none to go to. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

const fault = await check(...process.argv.slice(2));
if (fault !== undefined) {
  console.error(fault);
  process.exitCode = 1;
}

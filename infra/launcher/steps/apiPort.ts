import { isPortFree } from '@star-graph/core/ground/runtime/freePort';
import { LaunchFailure } from '../failure.ts';
import type { LauncherConfig } from '../launcherConfig.ts';

/** How far past the usual port to look when neighbours run beside us. */
const portsTried = 20;

/**
 * The port the API will listen on. A taken port is refused with the way out, except that beside another Star-Graph,
 * and without a port asked for, the next free one is chosen.
 */
export async function chooseApiPort(
  { apiHost, apiPort, isApiPortAsked }: Pick<LauncherConfig, 'apiHost' | 'apiPort' | 'isApiPortAsked'>,
  say: (text: string) => void,
): Promise<number> {
  if (await canListen(apiPort, apiHost)) return apiPort;
  if (isApiPortAsked || !(await isStarGraph(apiPort))) {
    throw new LaunchFailure(
      `Port ${apiPort} is taken by another program. Stop that program, or choose another port: API_PORT=${apiPort + 1} npm start`,
    );
  }
  for (let port = apiPort + 1; port <= apiPort + portsTried; port++) {
    if (await canListen(port, apiHost)) {
      say(`Another Star-Graph is on port ${apiPort}: this one takes ${port}. API_PORT chooses another.`);
      return port;
    }
  }
  throw new LaunchFailure(
    `Ports ${apiPort} to ${apiPort + portsTried} are taken. Choose a free one: API_PORT=… npm start`,
  );
}

async function canListen(port: number, host: string): Promise<boolean> {
  try {
    if (!(await isPortFree(port, host))) return false;
    // People open localhost, which may mean ::1 first: another program there would answer in our place.
    return host !== '127.0.0.1' || (await isIpv6LoopbackFree(port));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES') {
      throw new LaunchFailure(
        `This user may not listen on port ${port}. Choose one above 1023: API_PORT=8080 npm start`,
      );
    }
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new LaunchFailure(
        `This machine has no address ${host}. Set API_HOST to one of its own, such as 127.0.0.1.`,
      );
    }
    throw error;
  }
}

/** By trying, since a hardened unit may not list the networks of the machine. Nobody can be reached where it has no ::1. */
async function isIpv6LoopbackFree(port: number): Promise<boolean> {
  try {
    return await isPortFree(port, '::1');
  } catch (error) {
    if (['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(String((error as NodeJS.ErrnoException).code)))
      return true;
    throw error;
  }
}

/** Whether the program on a loopback port answers as our API does. */
async function isStarGraph(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/api/public/status`, {
      signal: AbortSignal.timeout(2_000),
    });
    const status: unknown = await response.json();
    return typeof status === 'object' && status !== null && 'apiVersion' in status && 'minClient' in status;
  } catch {
    // Anything else (no HTTP, no JSON, no answer) is not ours.
    return false;
  }
}

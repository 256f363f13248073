import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, systemClock } from '@star-graph/core/ground/runtime/clock';
import { WebSocketServer } from 'ws';
import type { PreviewBackendConfig } from './config.ts';
import { createFaults, type Faults } from './execution/faults.ts';
import { createGate, describeRefusal, type Gate, openGate } from './execution/gate.ts';
import { createNodeCache } from './execution/nodeCache.ts';
import { createPromptRunner, type PromptRunner } from './execution/promptRunner.ts';
import { startQueueWorker } from './execution/queueWorker.ts';
import { createDataFolders } from './files/dataFolders.ts';
import { createInventory, type InputMedia } from './graph/inventory.ts';
import { createSocketHub, type SocketHub } from './hub.ts';
import { readModelCatalogue } from './models.ts';
import { nodeRegistry } from './nodes/registry.ts';
import { createPixelWorkers } from './pictures/pixelWorkers.ts';
import { createPromptQueue, type PromptQueue } from './promptQueue.ts';
import { controlRoutes } from './routes/controlRoutes.ts';
import { type Exchange, sendText } from './routes/http.ts';
import { features, infoRoutes } from './routes/infoRoutes.ts';
import { jobRoutes } from './routes/jobRoutes.ts';
import { promptRoutes } from './routes/promptRoutes.ts';
import { queueRoutes } from './routes/queueRoutes.ts';
import { createRouter, isForeignOrigin, type Route, readTarget } from './routes/router.ts';
import { uploadRoutes } from './routes/uploadRoutes.ts';
import { viewRoutes } from './routes/viewRoutes.ts';

interface PreviewBackend {
  /** `http://host:port` that it listens at. */
  url: string;
  /** Stops at once; sockets drop without a close frame, as ComfyUI's do. */
  stop(): Promise<void>;
}

/**
 * Starts a server that speaks ComfyUI's protocol. `crash` ends the process at once, for faults and for the
 * requests that bring a real server down.
 */
export async function startPreviewBackend(
  config: PreviewBackendConfig,
  crash: () => never,
  clock: Clock = systemClock,
): Promise<PreviewBackend> {
  const folders = createDataFolders(config.dataDirectory);
  const models = readModelCatalogue(config.modelsFile);
  const inventory = createInventory(
    {
      protocol: config.protocol,
      models,
      listInputFiles: (media) => folders.listInput().filter((name) => isMedia(name, media)),
    },
    (classType) => nodeRegistry.has(classType),
  );
  const workers = createPixelWorkers(config.workerThreads);
  const faults = createFaults();
  const cache = createNodeCache({ folders, nodes: nodeRegistry, isDisabled: config.cacheNone });
  const queue: PromptQueue = createPromptQueue(() => {
    hub.send('status', { status: { exec_info: { queue_remaining: queue.remaining() } } }, null);
  });
  const hub: SocketHub = createSocketHub({
    queueRemaining: () => queue.remaining(),
    features: () => features(config),
    runningNode: (clientId) => (runner.state.clientId === clientId ? runner.state.nodeId : null),
    onUnhashableId: crash,
  });
  const runner: PromptRunner = createPromptRunner({
    clock,
    config,
    inventory,
    models,
    folders,
    workers,
    hub,
    cache,
    nodes: nodeRegistry,
    faults,
    crash,
  });
  const worker = startQueueWorker({ queue, runner, hub, cache, folders });
  const interrupt = (): void => runner.interrupt();
  const routes: Route[] = [
    ...promptRoutes({
      clock,
      protocol: config.protocol,
      validation: {
        inventory,
        protocol: config.protocol,
        checkInputs: (classType, inputs) => nodeRegistry.get(classType)?.check?.(folders, inputs) ?? null,
      },
      queue,
      faults,
      crash,
    }),
    ...queueRoutes({ queue, interrupt }),
    ...(config.protocol === '0.33.0' ? jobRoutes({ queue, interrupt }) : []),
    ...infoRoutes({ config, inventory, models, loadedBytes: () => worker.loadedBytes() }),
    ...viewRoutes(folders),
    ...uploadRoutes(folders),
    ...(config.simulation.enabled
      ? controlRoutes({ config, faults, queue, hub, worker, interrupt, cache })
      : []),
  ];
  const gate = config.gate ? createGate(config.gate) : openGate;
  const router = createRouter(routes, {
    maxBodyBytes: config.maxUploadBytes,
    gate,
    intercept: (exchange) => interceptRequest(faults, exchange),
    refusesCrossSite: config.protocol === '0.33.0',
  });
  const server = createServer(limits, (request, response) => void router.handle(request, response));
  acceptSockets(server, hub, gate);
  await listen(server, config);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`,
    async stop() {
      worker.stop();
      hub.terminateAll();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await workers.close();
    },
  };
}

/** As aiohttp: a client should seldom meet a connection that is just being closed. */
const limits = { keepAliveTimeout: 75_000 };

/** ComfyUI reads at most this of one client message. */
const maxMessageBytes = 4 * 1024 * 1024;

function acceptSockets(server: Server, hub: SocketHub, gate: Gate): void {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
  });
  server.on('upgrade', (request, stream, head) => {
    const refusal = gate(request.headers);
    if (refusal) {
      const { reason, headers, page } = describeRefusal(refusal);
      const lines = Object.entries({ ...headers, Connection: 'close' }).map(
        ([name, text]) => `${name}: ${text}`,
      );
      // A refused client may be gone before the answer, which is not a fault.
      stream.on('error', () => {});
      stream.end(`HTTP/1.1 ${refusal.status} ${reason}\r\n${lines.join('\r\n')}\r\n\r\n${page}`);
      return;
    }
    const url = readTarget(request);
    const isSocketPath = url?.pathname === '/ws' || url?.pathname === '/api/ws';
    if (!url || !isSocketPath || isForeignOrigin(request)) {
      const status = isForeignOrigin(request) ? '403 Forbidden' : url ? '404 Not Found' : '400 Bad Request';
      // A refused client may be gone before the answer, which is not a fault.
      stream.on('error', () => {});
      stream.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) =>
      hub.accept(socket, stream, url.searchParams.get('clientId')),
    );
  });
}

function listen(server: Server, { host, port }: PreviewBackendConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Strikes the HTTP faults armed for this request. True when it must not be answered otherwise. */
async function interceptRequest(faults: Faults, exchange: Exchange): Promise<boolean> {
  if (exchange.path === '/control' || faults.armed().length === 0) return false;
  const matches = (fault: { path?: string | undefined; method?: string | undefined }): boolean =>
    (fault.path === undefined ||
      exchange.path === fault.path ||
      exchange.path.startsWith(`${fault.path}/`)) &&
    (fault.method === undefined || fault.method === exchange.request.method);
  const slow = faults.strike('http-delay', matches);
  if (slow) await delay(slow.delayMs);
  if (faults.strike('http-hang', matches)) return true;
  const failing = faults.strike('http-status', matches);
  if (failing) {
    sendText(exchange, failing.status, 'simulated failure');
    return true;
  }
  if (faults.strike('http-garbage', matches)) {
    exchange.response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8' });
    exchange.response.end('{"prompt_id": "\u0000<html>');
    return true;
  }
  const cut = faults.strike('http-truncate', (fault) => matches({ path: '/view', ...fault }));
  if (cut) truncateBody(exchange);
  return false;
}

/** Lets the answer start, and ends the connection when half of the announced body has left. */
function truncateBody({ response }: Exchange): void {
  const write = response.write.bind(response);
  let left = -1;
  const cutOff = (chunk: Buffer): boolean => {
    if (left < 0) left = Math.floor(Number(response.getHeader('Content-Length') ?? chunk.length) / 2);
    const part = chunk.subarray(0, left);
    left -= part.length;
    if (left > 0) return write(part);
    write(part, () => response.destroy());
    return false;
  };
  response.write = ((chunk: Buffer) => cutOff(Buffer.from(chunk))) as typeof response.write;
  const end = response.end.bind(response);
  response.end = ((chunk?: Buffer) => {
    if (chunk instanceof Buffer) cutOff(chunk);
    else if (left !== 0) end();
    return response;
  }) as typeof response.end;
}

const extensions: Readonly<Record<Exclude<InputMedia, 'any'>, readonly string[]>> = {
  image: ['.png', '.jpg', '.jpeg', '.webp', '.gif', '.bmp', '.tif', '.tiff', '.avif'],
  video: ['.mp4', '.webm', '.mov', '.mkv', '.avi'],
  audio: ['.mp3', '.wav', '.flac', '.ogg', '.opus', '.m4a', '.aac'],
};

/** ComfyUI sorts input files into its lists by their extension. */
function isMedia(name: string, media: InputMedia): boolean {
  return media === 'any' || extensions[media].includes(extname(name).toLowerCase());
}

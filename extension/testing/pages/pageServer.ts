import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSound, createVideo } from '@star-graph/core/testing/pictures';
import { picturePages, policies, type Sites, toDocument } from './picturePages.ts';
import {
  animatedPicture,
  drawnSvg,
  hugePicture,
  jpegPicture,
  samplePicture,
  stillAvif,
  turnedPicture,
} from './pictures.ts';

/** Two sites: pages, and pictures of another origin with the usual protections against hotlinking. */
export interface PageServer extends AsyncDisposable {
  pageUrl(path: string): string;
  imageOrigin: string;
  /** The site of the pages under a name that browsers take for another site. */
  foreignOrigin: string;
  /** The number of answers with bytes, by path. */
  served(path: string): number;
  /** The digest of the last bytes that were served, by path. */
  sha256(path: string): string | undefined;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** What was served, by path. */
interface Journal {
  counts: Map<string, number>;
  hashes: Map<string, string>;
}

export async function startPageServer(): Promise<PageServer> {
  const journal: Journal = { counts: new Map(), hashes: new Map() };
  const images = await listen((request, response) => serveImage(sites(), journal, request, response));
  const pages: Listening = await listen((request, response) =>
    servePage(sites(), journal, request, response),
  );
  const foreign = pages.origin.replace('127.0.0.1', 'localhost');
  const sites = (): Sites => ({ pages: pages.origin, images: images.origin, foreign });
  return {
    pageUrl: (path) => `${pages.origin}${path}`,
    imageOrigin: images.origin,
    foreignOrigin: foreign,
    served: (path) => journal.counts.get(path) ?? 0,
    sha256: (path) => journal.hashes.get(path),
    async [Symbol.asyncDispose]() {
      await Promise.all([pages, images].map(({ server }) => close(server)));
    },
  };
}

interface Listening {
  server: Server;
  origin: string;
}

async function listen(handler: Handler): Promise<Listening> {
  const server = createServer((request, response) => {
    handler(request, response).catch((error: unknown) => {
      console.error('the page server failed:', error);
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const close = (server: Server): Promise<void> =>
  new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });

const pathOf = (request: IncomingMessage): string => (request.url ?? '').split('?')[0] ?? '';
const refuse = (response: ServerResponse, status = 403) =>
  response.writeHead(status, { 'Content-Type': 'text/html' }).end('<!doctype html><p>Not for you</p>');

async function serveImage(
  sites: Sites,
  journal: Journal,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = pathOf(request);
  const { referer, cookie } = request.headers;
  // As sites do against hotlinking: only their own pages, by the browser's headers.
  if (path.startsWith('/guarded') && !referer?.startsWith(`${sites.pages}/`)) return void refuse(response);
  if (path.startsWith('/foreign') && !referer?.startsWith(`${sites.foreign}/`)) return void refuse(response);
  if (path.startsWith('/cookie') && !cookie?.includes('seen=1')) return void refuse(response);
  if (path === '/missing.jpg') return void refuse(response, 404);
  if (path === '/words.jpg') return void refuse(response, 200);
  if (path.startsWith('/once') && journal.counts.has(path)) return void refuse(response);
  await servePicture(
    journal,
    path,
    response,
    path === '/cors.jpg' ? { 'Access-Control-Allow-Origin': '*' } : {},
  );
}

async function servePicture(
  journal: Journal,
  path: string,
  response: ServerResponse,
  headers: Record<string, string> = {},
): Promise<void> {
  const [type, bytes] = await pictureAt(path);
  journal.counts.set(path, (journal.counts.get(path) ?? 0) + 1);
  journal.hashes.set(path, createHash('sha256').update(bytes).digest('hex'));
  response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store', ...headers }).end(bytes);
}

async function pictureAt(path: string): Promise<[type: string, bytes: Buffer]> {
  if (path.endsWith('.svg')) return ['image/svg+xml', drawnSvg];
  if (path.endsWith('.gif')) return ['image/gif', await animatedPicture('gif')];
  if (path.endsWith('.webp')) return ['image/webp', await animatedPicture('webp')];
  if (path.endsWith('.avif')) return ['image/avif', await stillAvif()];
  if (path.endsWith('.mp4')) return ['video/mp4', createVideo('mp4')];
  if (path.endsWith('.mp3')) return ['audio/mpeg', createSound('mp3')];
  if (path === '/cat.jpg') return ['image/jpeg', await samplePicture()];
  if (path === '/turned.jpg') return ['image/jpeg', await turnedPicture()];
  if (path === '/huge.jpg') return ['image/jpeg', await hugePicture()];
  // Each of another size, so that no result is cached.
  const [, kind, number] = /^\/(many|new)-(\d+)/.exec(path) ?? [];
  if (kind) return ['image/jpeg', await jpegPicture(24 + Number(number), kind === 'new' ? 24 : 18)];
  const [width, height] = sizes.find(([part]) => path.includes(part))?.[1] ?? [160, 120];
  return ['image/jpeg', await jpegPicture(width, height)];
}

/** Different bytes where a cached result would come too soon. */
const sizes = [
  // Enlarged twofold; a larger factor takes a CPU long.
  ['small', [40, 30]],
  ['large', [200, 150]],
  ['late', [176, 132]],
] as const;

async function servePage(
  sites: Sites,
  journal: Journal,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = pathOf(request);
  if (path === '/led-on.jpg')
    return void response.writeHead(302, { Location: `${sites.images}/cookie.jpg` }).end();
  if (/\.\w+$/.test(path)) return await servePicture(journal, path, response);
  const body = picturePages(sites)[path];
  if (body === undefined) return void refuse(response, 404);
  const policy = policies[path];
  const headers = policy ? { 'Content-Security-Policy': policy } : { 'Set-Cookie': 'seen=1' };
  response.writeHead(200, { 'Content-Type': 'text/html', ...headers }).end(toDocument(body));
}

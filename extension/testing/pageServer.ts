import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { drawPicture, jpegPicture } from './pictures.ts';

/** Two sites: pages, and pictures of another origin that are guarded in the ways that sites guard them. */
export interface PageServer extends AsyncDisposable {
  pageUrl(path: string): string;
  imageOrigin: string;
  /** How often a path of pictures was answered with bytes. */
  served(path: string): number;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const send = (response: ServerResponse, type: string, body: Buffer | string, headers = {}) =>
  response.writeHead(200, { 'Content-Type': type, ...headers }).end(body);
const refuse = (response: ServerResponse) =>
  response.writeHead(403, { 'Content-Type': 'text/html' }).end('<!doctype html><p>Forbidden</p>');

export async function startPageServer(): Promise<PageServer> {
  const counts = new Map<string, number>();
  const images = await listen((request, response) => serveImage(pages.origin, counts, request, response));
  const pages: Listening = await listen((request, response) => servePage(images.origin, request, response));
  return {
    pageUrl: (path) => `${pages.origin}${path}`,
    imageOrigin: images.origin,
    served: (path) => counts.get(path) ?? 0,
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

async function serveImage(
  pageOrigin: string,
  counts: Map<string, number>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '').split('?')[0] ?? '';
  const isGuarded = path.startsWith('/guarded');
  // As sites do against being linked to: only their own pages, by what the browser says.
  if (isGuarded && !request.headers.referer?.startsWith(pageOrigin)) return void refuse(response);
  if (path.startsWith('/cookie') && !request.headers.cookie?.includes('seen=1')) return void refuse(response);
  if (path === '/missing.jpg') return void refuse(response);
  const seen = (counts.get(path) ?? 0) + 1;
  if (path === '/once.jpg' && seen > 1) return void refuse(response);
  counts.set(path, seen);
  const noStore = { 'Cache-Control': 'no-store' };
  if (path.endsWith('.svg'))
    return void send(
      response,
      'image/svg+xml',
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20" width="40" height="20"><path d="M0 0h20v20H0z" fill="#d43"/></svg>',
    );
  if (path.endsWith('.gif')) return void send(response, 'image/gif', await animatedGif(), noStore);
  const [width, height] = sizes.find(([part]) => path.includes(part))?.[1] ?? [160, 120];
  send(response, 'image/jpeg', await jpegPicture(width, height), noStore);
}

/** Different bytes where a result that is known already would come too soon. */
const sizes = [
  ['large', [320, 240]],
  ['late', [176, 132]],
] as const;

async function animatedGif(): Promise<Buffer> {
  const frames = await Promise.all([
    drawPicture(80, 60).png().toBuffer(),
    drawPicture(80, 60).negate({ alpha: false }).png().toBuffer(),
  ]);
  return await sharp(frames, { join: { animated: true } })
    .gif({ delay: [200, 200] })
    .toBuffer();
}

async function servePage(images: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? '/';
  if (path === '/own.jpg') return void send(response, 'image/jpeg', await jpegPicture());
  const body = pages(images)[path];
  if (body === undefined) return void refuse(response);
  const headers: Record<string, string> =
    path === '/strict'
      ? { 'Content-Security-Policy': "default-src 'none'; img-src 'self'" }
      : { 'Set-Cookie': 'seen=1' };
  send(response, 'text/html', `<!doctype html><title>A page of pictures</title>${style}${body}`, headers);
}

const style = '<style>body{margin:24px;font:16px sans-serif} img{width:320px}</style>';

/** Each way in which a picture can stand on a page. */
const pages = (images: string): Record<string, string> => ({
  '/guarded': `<h1>Guarded</h1><p><img id="picture" src="${images}/guarded.jpg" alt="A hill at dusk"></p><p>Text beneath.</p>`,
  '/late': `<p><img id="picture" src="${images}/guarded-late.jpg"></p>`,
  '/cross': `<p><img id="picture" src="${images}/plain.jpg"></p>`,
  '/cookie': `<p><img id="picture" src="${images}/cookie.jpg"></p>`,
  '/once': `<p><img id="picture" src="${images}/once.jpg"></p>`,
  '/missing': `<p><img id="picture" src="${images}/missing.jpg" alt="Missing"></p>`,
  '/srcset': `<p><img id="picture" src="${images}/plain.jpg" srcset="${images}/plain.jpg 160w, ${images}/large.jpg 320w" sizes="100px"></p>`,
  '/svg': `<p><img id="picture" src="${images}/drawing.svg"></p>`,
  '/gif': `<p><img id="picture" src="${images}/moving.gif"></p>`,
  '/strict': '<p><img id="picture" src="/own.jpg"></p>',
  '/frame': '<iframe src="/guarded" width="600" height="500"></iframe>',
  '/blob': `<p><img id="picture"></p><script>fetch('/own.jpg').then((answer) => answer.blob()).then((blob) => {
    const url = URL.createObjectURL(blob); picture.onload = () => URL.revokeObjectURL(url); picture.src = url; });</script>`,
  '/closed': `<p id="host"></p><script>host.attachShadow({ mode: 'closed' }).innerHTML =
    '<img style="width:320px" src="${images}/plain.jpg">';</script>`,
  '/background': `<div id="picture" style="width:320px;height:240px;background:url(${images}/plain.jpg) center/cover"></div>`,
  '/canvas': `<canvas id="picture" width="160" height="120" style="width:320px"></canvas><script>
    const context = picture.getContext('2d'); context.fillStyle = '#d43'; context.fillRect(0, 0, 80, 120);</script>`,
  '/several': [1, 2, 3]
    .map((number) => `<p><img class="one" src="${images}/plain.jpg?number=${number}"></p>`)
    .join(''),
});

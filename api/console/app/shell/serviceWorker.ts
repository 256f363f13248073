import { viewPath } from '@star-graph/contract/platform/viewPath';
import {
  mostShared,
  nameHeader,
  sharedArrival,
  sharedCache,
  sharedEntry,
  shareTarget,
} from './sharedEntry.ts';

/** A part of what TypeScript knows of workers only where it knows nothing of pages. */
interface WorkerEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface WorkerRequest extends WorkerEvent {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface WorkerNotice extends WorkerEvent {
  notification: Notification;
}
interface WorkerScope {
  clients: {
    claim(): Promise<void>;
    matchAll(options: { type: 'window' }): Promise<readonly { focus(): Promise<unknown> }[]>;
    openWindow(path: string): Promise<unknown>;
  };
  addEventListener(type: 'install' | 'activate', listener: (event: WorkerEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: WorkerRequest) => void): void;
  addEventListener(type: 'notificationclick', listener: (event: WorkerNotice) => void): void;
}
declare const self: WorkerScope;

/** The build writes these: what the page needs to begin, and a name that changes with it. */
declare const shellFiles: readonly string[];
declare const shellName: string;

const page = '/create';

/**
 * Keeps what the page needs to begin, so that it says in words that it is offline. Answers of the API and pictures are
 * never kept. A new build brings a new worker; it takes over when no page of the old one is open, and until then the
 * old one gives away its own files alone, so no page gets parts of two builds.
 */
self.addEventListener('install', (event) => event.waitUntil(keepShell()));
self.addEventListener('activate', (event) => event.waitUntil(takeOver()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.method === 'POST' && pathname === shareTarget) event.respondWith(keepShared(request));
  if (request.method !== 'GET') return;
  if (request.mode === 'navigate' && viewPath.test(pathname)) event.respondWith(answerPage(request));
  else if (shellFiles.includes(pathname)) event.respondWith(answerFile(request));
});

/** What a phone shows by the worker leads to the page, as far as it is still open. */
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(showPage());
});

async function showPage(): Promise<void> {
  const [open] = await self.clients.matchAll({ type: 'window' });
  await (open ? open.focus() : self.clients.openWindow(page));
}

/** All or nothing: without one of them the browser tries again at the next visit. */
async function keepShell(): Promise<void> {
  const shell = await caches.open(shellName);
  const fresh = await fetch(page, { cache: 'no-cache' });
  const words = await fresh.clone().text();
  // While an update is under way, two processes may answer with two builds.
  if (!fresh.ok || !shellFiles.every((path) => words.includes(path)))
    throw new Error('The page is of another build.');
  await shell.addAll([...shellFiles]);
  await shell.put(page, fresh);
}

async function takeOver(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name !== shellName && name !== sharedCache).map((name) => caches.delete(name)),
  );
  await self.clients.claim();
}

async function answerPage(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(page, { cacheName: shellName, ignoreVary: true });
    if (!kept) throw error;
    return kept;
  }
}

/** Their names change with their content, so a kept one is never old. */
const answerFile = async (request: Request): Promise<Response> =>
  (await caches.match(request, { cacheName: shellName, ignoreVary: true })) ?? fetch(request);

/**
 * All pictures of a share, behind those that nobody has looked at yet. What is kept is only shown: the share sheet says
 * nothing of itself, and a form of any site can look like it, so Create asks before it uses any of them.
 */
async function keepShared(request: Request): Promise<Response> {
  // A site that names itself is not the share sheet.
  if (request.referrer !== '' && new URL(request.referrer).origin !== location.origin)
    return Response.redirect(page, 303);
  const files = (await request.formData()).getAll('picture');
  const cache = await caches.open(sharedCache);
  const room = mostShared - (await cache.keys()).length;
  const pictures = files.filter((file) => file instanceof File && /^(image|video)\//.test(file.type));
  for (const file of pictures.slice(0, Math.max(0, room)) as File[]) {
    const headers = { 'content-type': file.type, [nameHeader]: encodeURIComponent(file.name) };
    await cache.put(`${sharedEntry}/${crypto.randomUUID()}`, new Response(file, { headers }));
  }
  return Response.redirect(sharedArrival, 303);
}

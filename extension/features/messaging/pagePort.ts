import { browser } from 'wxt/browser';
import { type PageNews, type PageRequest, pagePortName } from './protocol.ts';

/** Less than the 30 seconds after which a silent worker is stopped. */
const awakeIntervalMs = 20_000;
const reconnectDelayMs = 500;

interface BackgroundPort {
  send(request: PageRequest): void;
}

/**
 * The connection to the background, open while the frame shows something. It breaks when the worker dies;
 * reconnecting starts the next worker, which is told what the frame shows.
 */
export function createPagePort(listeners: {
  onNews(news: PageNews): void;
  onBreak(): void;
  listRunIds(): string[];
}): BackgroundPort {
  let port: ReturnType<typeof browser.runtime.connect> | undefined;
  let awake: ReturnType<typeof setInterval> | undefined;

  const open = () => {
    try {
      port = browser.runtime.connect({ name: pagePortName });
    } catch {
      // The extension was updated or removed while this script ran: the next click brings a new script.
      return undefined;
    }
    port.onMessage.addListener((news: PageNews) => listeners.onNews(news));
    port.onDisconnect.addListener(() => {
      port = undefined;
      clearInterval(awake);
      if (listeners.listRunIds().length === 0) return;
      listeners.onBreak();
      setTimeout(() => port ?? open(), reconnectDelayMs);
    });
    port.postMessage({ kind: 'attach', runIds: listeners.listRunIds() } satisfies PageRequest);
    awake = setInterval(() => {
      if (listeners.listRunIds().length > 0)
        return port?.postMessage({ kind: 'awake' } satisfies PageRequest);
      // We show nothing: the worker may rest.
      close();
    }, awakeIntervalMs);
    return port;
  };
  const close = () => {
    clearInterval(awake);
    port?.disconnect();
    port = undefined;
  };
  // A page that is kept for the way back shows nothing, but Firefox leaves its port open.
  addEventListener('pagehide', close);
  addEventListener('pageshow', () => {
    if (!port && listeners.listRunIds().length > 0) open();
  });
  return { send: (request) => (port ?? open())?.postMessage(request) };
}

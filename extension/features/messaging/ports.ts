import type { Browser } from 'wxt/browser';
import type { Run, RunProgress } from '../runs/run.ts';
import {
  type ConnectionView,
  type PageNews,
  type PanelNews,
  pagePortName,
  panelPortName,
} from './protocol.ts';

type Port = Browser.runtime.Port;

/** The open ports. Ports end with their pages and with the worker; pages reopen theirs. */
export interface Ports {
  add(port: Port): void;
  /** To the frame that shows the run, and to all pages of the extension. @returns whether a frame shows it */
  tellRun(run: Run, progress?: RunProgress): boolean;
  tellFrame(place: { tabId: number; frameId: number }, news: PageNews): boolean;
  /** Whether our script is in the frame. */
  hasFrame(place: { tabId: number; frameId: number }): boolean;
  tellPanels(news: PanelNews): void;
  tellConnection(state: ConnectionView): void;
  hasListeners(): boolean;
}

export function createPorts(onChange: () => void): Ports {
  const open = new Set<Port>();
  const isFrame = (port: Port, place: { tabId: number; frameId: number }) =>
    port.name === pagePortName &&
    port.sender?.tab?.id === place.tabId &&
    port.sender.frameId === place.frameId;
  const post = (port: Port, news: PageNews | PanelNews) => {
    try {
      port.postMessage(news);
    } catch {
      // The port just closed, and its disconnect event is on the way.
      open.delete(port);
    }
  };
  const ports: Ports = {
    add(port) {
      open.add(port);
      port.onDisconnect.addListener(() => {
        open.delete(port);
        onChange();
      });
      onChange();
    },
    tellRun(run, progress) {
      ports.tellPanels({ kind: 'run', run });
      return run.place !== undefined && ports.tellFrame(run.place, { kind: 'run', run, progress });
    },
    tellFrame(place, news) {
      const listeners = [...open].filter((port) => isFrame(port, place));
      for (const port of listeners) post(port, news);
      return listeners.length > 0;
    },
    hasFrame: (place) => [...open].some((port) => isFrame(port, place)),
    tellPanels(news) {
      for (const port of open) if (port.name === panelPortName) post(port, news);
    },
    tellConnection(state) {
      for (const port of open) post(port, { kind: 'connection', state });
    },
    hasListeners: () => open.size > 0,
  };
  return ports;
}

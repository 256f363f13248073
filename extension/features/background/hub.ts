import type { EventView } from '@star-graph/api/contract/events';
import type { Browser } from 'wxt/browser';
import { type ConnectionView, type PageNews, pagePortName, panelPortName } from '../page/protocol.ts';
import type { Run, RunProgress } from '../runs/run.ts';

type Port = Browser.runtime.Port;

/** News for the extension's own pages. */
export type PanelNews =
  | { kind: 'event'; event: EventView }
  | { kind: 'run'; run: Run }
  | { kind: 'connection'; state: ConnectionView };

/** Who listens. Ports end with their pages and with the worker; pages open theirs again. */
export interface Hub {
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

export function createHub(onChange: () => void): Hub {
  const ports = new Set<Port>();
  const isFrame = (port: Port, place: { tabId: number; frameId: number }) =>
    port.name === pagePortName &&
    port.sender?.tab?.id === place.tabId &&
    port.sender.frameId === place.frameId;
  const post = (port: Port, news: PageNews | PanelNews) => {
    try {
      port.postMessage(news);
    } catch {
      // It closed a moment ago and its end is on the way.
      ports.delete(port);
    }
  };
  const hub: Hub = {
    add(port) {
      ports.add(port);
      port.onDisconnect.addListener(() => {
        ports.delete(port);
        onChange();
      });
      onChange();
    },
    tellRun(run, progress) {
      hub.tellPanels({ kind: 'run', run });
      return run.place !== undefined && hub.tellFrame(run.place, { kind: 'run', run, progress });
    },
    tellFrame(place, news) {
      const listeners = [...ports].filter((port) => isFrame(port, place));
      for (const port of listeners) post(port, news);
      return listeners.length > 0;
    },
    hasFrame: (place) => [...ports].some((port) => isFrame(port, place)),
    tellPanels(news) {
      for (const port of ports) if (port.name === panelPortName) post(port, news);
    },
    tellConnection(state) {
      for (const port of ports) post(port, { kind: 'connection', state });
    },
    hasListeners: () => ports.size > 0,
  };
  return hub;
}

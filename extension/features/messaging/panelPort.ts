import { browser } from 'wxt/browser';
import { type PanelNews, panelPortName } from './protocol.ts';

const reconnectDelayMs = 500;

const awakeIntervalMs = 20_000;

/** Live updates for a page, over a connection that is reopened whenever the worker dies. @returns ends it */
export function listenToBackground(onNews: (news: PanelNews) => void): () => void {
  let isEnded = false;
  let port: ReturnType<typeof browser.runtime.connect>;
  const open = () => {
    port = browser.runtime.connect({ name: panelPortName });
    port.onMessage.addListener(onNews);
    port.onDisconnect.addListener(() => {
      onNews({ kind: 'connection', state: 'connecting' });
      if (!isEnded) setTimeout(open, reconnectDelayMs);
    });
  };
  open();
  const awake = setInterval(() => port.postMessage({ kind: 'awake' }), awakeIntervalMs);
  return () => {
    isEnded = true;
    clearInterval(awake);
    port.disconnect();
  };
}

import type { BalanceView } from '@star-graph/contract/users/credits';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { browser } from 'wxt/browser';
import { type ConnectionView, type PanelNews, panelPortName } from '../messaging/protocol.ts';
import { background, problemOf } from '../messaging/rpcClient.ts';
import type { ShownProblem } from '../runs/problem.ts';
import { type Account, accountItem } from '../session/storedAccount.ts';

/** The account that is signed in; undefined until known, null for none. */
export function useAccount(): Account | null | undefined {
  const [account, setAccount] = useState<Account | null>();
  useEffect(() => {
    void accountItem.getValue().then(setAccount);
    return accountItem.watch(setAccount);
  }, []);
  return account;
}

/**
 * The connection of the background, as it is. One port serves the page for as long as it is open: a port that is
 * opened anew for another listener would miss what comes between.
 */
export function useNews(onNews: (news: PanelNews) => void): ConnectionView {
  const [connection, setConnection] = useState<ConnectionView>('connecting');
  const listener = useRef(onNews);
  listener.current = onNews;
  useEffect(
    () =>
      listenToBackground((news) => {
        if (news.kind === 'connection') setConnection(news.state);
        listener.current(news);
      }),
    [],
  );
  return connection;
}

interface BalanceState {
  balance?: BalanceView;
  problem?: ShownProblem;
  refresh(): void;
}

export function useBalance(account: Account | null | undefined): BalanceState {
  const [state, setState] = useState<Omit<BalanceState, 'refresh'>>({});
  const refresh = useCallback(() => {
    background.getBalance().then(
      (balance) => setState({ balance }),
      (error: unknown) => setState({ problem: problemOf(error) }),
    );
  }, []);
  useEffect(() => {
    if (account) refresh();
    else setState({});
  }, [account, refresh]);
  return { ...state, refresh };
}

const reconnectDelayMs = 500;

const awakeIntervalMs = 20_000;

/** Live updates for a page, over a connection that is reopened whenever the worker dies. @returns ends it */
function listenToBackground(onNews: (news: PanelNews) => void): () => void {
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

import type { BalanceView } from '@star-graph/contract/users/credits';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { listenToBackground } from '../messaging/panelPort.ts';
import type { ConnectionView, PanelNews } from '../messaging/protocol.ts';
import { background, problemOf } from '../messaging/rpcClient.ts';
import type { ShownProblem } from '../problems/problem.ts';
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

export interface BalanceState {
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

import type { BalanceView } from '@star-graph/api/contract/users';
import { useCallback, useEffect, useState } from 'preact/hooks';
import type { PanelNews } from '../features/background/hub.ts';
import { background, listenToBackground, problemOf } from '../features/callBackground.ts';
import type { ConnectionView } from '../features/page/protocol.ts';
import type { ShownProblem } from '../features/problem.ts';
import { type Account, accountItem } from '../features/storedItems.ts';

/** Who is signed in; undefined until it is known, null for nobody. */
export function useAccount(): Account | null | undefined {
  const [account, setAccount] = useState<Account | null>();
  useEffect(() => {
    void accountItem.getValue().then(setAccount);
    return accountItem.watch(setAccount);
  }, []);
  return account;
}

/** The connection of the background, as it is. */
export function useNews(onNews: (news: PanelNews) => void): ConnectionView {
  const [connection, setConnection] = useState<ConnectionView>('connecting');
  useEffect(
    () =>
      listenToBackground((news) => {
        if (news.kind === 'connection') setConnection(news.state);
        onNews(news);
      }),
    [onNews],
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

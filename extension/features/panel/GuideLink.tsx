import { useEffect, useState } from 'preact/hooks';
import { findLocale, translate } from '../../i18n/translate.ts';
import { background } from '../messaging/rpcClient.ts';
import type { Account } from '../session/storedAccount.ts';

/** Leads to the page about the extension, where the account's server serves the documentation. */
export function GuideLink({ account: { baseUrl } }: { account: Account }) {
  const [isServed, setServed] = useState(false);
  useEffect(() => {
    background.checkServer(baseUrl).then(
      (check) => setServed(check.fault === undefined && check.status.guide !== undefined),
      // Without an answer there is nothing to lead to.
      () => setServed(false),
    );
  }, [baseUrl]);
  if (!isServed) return null;
  const page = findLocale() === 'zh-CN' ? 'zh/extension.html' : 'extension.html';
  return (
    <a href={new URL(`/docs/guide/${page}`, baseUrl).href} target="_blank" rel="noreferrer">
      {translate('openGuide')}
    </a>
  );
}

import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Switch } from '@star-graph/ui/controls/Switch.tsx';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { Shield, ShieldCheck } from 'lucide';
import { useEffect, useState } from 'preact/hooks';
import { browser } from 'wxt/browser';
import { translate } from '../../i18n/translate.ts';
import { buttonSitesItem, readSettings } from '../session/settings.ts';

/** The site of the active tab: whether its pictures may always be read, and a switch to change that. */
export function SiteLine() {
  const [host, setHost] = useState<string>();
  const [isAllowed, setAllowed] = useState<boolean>();
  useEffect(() => void findHost().then(setHost), []);
  useEffect(() => {
    if (host === undefined) return;
    const look = () => void browser.permissions.contains(originsOf(host)).then(setAllowed);
    look();
    browser.permissions.onAdded.addListener(look);
    browser.permissions.onRemoved.addListener(look);
    return () => {
      browser.permissions.onAdded.removeListener(look);
      browser.permissions.onRemoved.removeListener(look);
    };
  }, [host]);
  if (host === undefined || isAllowed === undefined) return null;
  return (
    <div class="site" data-testid="site">
      {isAllowed ? (
        <>
          <p class="site-line sg-small">
            <Icon icon={ShieldCheck} />
            <span>{translate('siteAllowed', host)}</span>
          </p>
          <ButtonChoice host={host} />
        </>
      ) : (
        // The browser accepts the user gesture only if nothing is awaited before the request.
        <Button wide icon={Shield} onClick={() => void browser.permissions.request(originsOf(host))}>
          {translate('siteAllow', host)}
        </Button>
      )}
    </div>
  );
}

/** Whether pictures of the site have a button; no choice if those of all sites do. */
function ButtonChoice({ host }: { host: string }) {
  const [hosts, setHosts] = useState<string[]>();
  const [isEverywhere, setEverywhere] = useState(false);
  useEffect(() => {
    void buttonSitesItem.getValue().then(setHosts);
    void readSettings().then(({ isButtonOnPictures }) => setEverywhere(isButtonOnPictures));
    return buttonSitesItem.watch(setHosts);
  }, []);
  if (!hosts || isEverywhere) return null;
  const change = (isWanted: boolean) => {
    const others = hosts.filter((one) => one !== host);
    void buttonSitesItem.setValue(isWanted ? [...others, host] : others);
  };
  return <Switch spread label={translate('siteButton')} checked={hosts.includes(host)} onChange={change} />;
}

const originsOf = (host: string) => ({ origins: [`*://${host}/*`] });

/** Undefined on pages without a site, and on pages that the toolbar button did not give access to. */
async function findHost(): Promise<string | undefined> {
  const [tab] = await browser.tabs.query({ active: true, lastFocusedWindow: true });
  const url = URL.parse(tab?.url ?? '');
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url.hostname : undefined;
}

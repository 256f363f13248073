import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { useEffect, useState } from 'preact/hooks';
import { browser } from 'wxt/browser';
import { translate } from '../../i18n/translate.ts';
import { background, problemOf } from '../messaging/rpcClient.ts';
import type { ShownProblem } from '../runs/problem.ts';
import type { Account } from '../session/storedAccount.ts';
import { GuideLink } from './GuideLink.tsx';
import { Problem, ProblemLine } from './ProblemLine.tsx';
import { SettingsSections } from './SettingsSections.tsx';
import { SignInForm } from './SignInForm.tsx';
import { SiteRules } from './SiteRules.tsx';
import { useAccount } from './useBackground.ts';

/** Account, sites and settings. */
export function OptionsPage() {
  const account = useAccount();
  const [isUntold, setUntold] = useState(false);
  return (
    <main>
      <h1>{translate('optionsTitle')}</h1>
      {account === null && isUntold && <Problem>{translate('signOutUntold')}</Problem>}
      <Card title={translate('serverAddress')}>
        {account === null && <SignInForm />}
        {account && <SignedIn account={account} onSignOut={({ isRevoked }) => setUntold(!isRevoked)} />}
      </Card>
      <SettingsSections sites={<SitesSection />} />
    </main>
  );
}

interface SignedInProps {
  account: Account;
  onSignOut(outcome: { isRevoked: boolean }): void;
}

function SignedIn({ account, onSignOut }: SignedInProps) {
  const [problem, setProblem] = useState<ShownProblem>();
  const signOut = () => {
    background.signOut().then(onSignOut, (error: unknown) => setProblem(problemOf(error)));
  };
  return (
    <>
      <div class="setting">
        <p data-testid="account">
          {translate('signedInAs', account.user.username ?? translate('discordAccount'), account.baseUrl)}
        </p>
        <Button onClick={signOut}>{translate('signOut')}</Button>
      </div>
      <GuideLink account={account} />
      <ProblemLine problem={problem} />
    </>
  );
}

const allSites = { origins: ['<all_urls>'] };

function SitesSection() {
  const [isAllowed, setAllowed] = useState<boolean>();
  useEffect(() => {
    const look = () => void browser.permissions.contains(allSites).then(setAllowed);
    look();
    browser.permissions.onAdded.addListener(look);
    browser.permissions.onRemoved.addListener(look);
    return () => {
      browser.permissions.onAdded.removeListener(look);
      browser.permissions.onRemoved.removeListener(look);
    };
  }, []);
  return (
    <Card title={translate('sitesTitle')}>
      <div class="setting" data-testid="sites">
        <p class="sg-quiet">{translate(isAllowed ? 'sitesAll' : 'sitesSome')}</p>
        <Button
          onClick={() =>
            void (isAllowed ? browser.permissions.remove(allSites) : browser.permissions.request(allSites))
          }
        >
          {translate(isAllowed ? 'sitesWithdraw' : 'sitesAllow')}
        </Button>
      </div>
      <SiteRules />
    </Card>
  );
}

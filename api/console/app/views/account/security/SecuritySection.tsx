import { SkeletonText } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Card, PageHead } from '@star-graph/ui/layout/Card.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { useCallback, useState } from 'preact/hooks';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { useResource } from '../../../data/useResource.ts';
import { api } from '../../../session/session.ts';
import { SectionPart } from '../../../shell/SectionPart.tsx';
import { LinksCard } from '../codes/LinksCard.tsx';
import { KeysSection } from '../keys/KeysSection.tsx';
import { hasPassword } from '../useProof.ts';
import { AppCard } from './AppCard.tsx';
import { hasFactor } from './factors.ts';
import { PasskeyCard } from './PasskeyCard.tsx';
import { PasswordForm } from './PasswordForm.tsx';
import { ProgramsSection } from './ProgramsSection.tsx';
import { RecoveryCard } from './RecoveryCard.tsx';
import { RecoveryDialog } from './RecoveryDialog.tsx';
import './security.css';
import { SessionsSection } from './SessionsSection.tsx';
import { SignIns } from './SignIns.tsx';
import { texts } from './texts.ts';

/** How the person signs in, who did so lately, and all else that has a way into the account, in one place. */
export function SecuritySection() {
  const loaded = useResource((signal) => api.getSecondFactor({}, { signal }), []);
  // Whichever change brought them: they are shown once.
  const [codes, setCodes] = useState<readonly string[]>([]);
  const { value: factors, reload } = loaded;
  const onChanged = useCallback(
    (said: string, recoveryCodes: readonly string[] = []) => {
      setCodes(recoveryCodes);
      reload();
      // The codes say it themselves, and a toast would lie on their buttons.
      if (recoveryCodes.length === 0) showToast({ tone: 'good', text: said });
    },
    [reload],
  );
  return (
    <div class="account-stack">
      <PageHead title={texts.title}>{texts.intro}</PageHead>
      {factors?.required && (
        <p class="account-notice" role="status">
          {texts.required}
        </p>
      )}
      {factors === undefined && loaded.state === 'failed' && (
        <LoadFailure error={loaded.error} onRetry={reload} />
      )}
      {factors === undefined && loaded.state === 'loading' && (
        <div aria-busy="true">
          <Card>
            <SkeletonText lines={6} />
          </Card>
        </div>
      )}
      {factors && (
        <>
          <AppCard factors={factors} onChanged={onChanged} />
          <PasskeyCard factors={factors} onChanged={onChanged} />
          {hasFactor(factors) && <RecoveryCard factors={factors} onChanged={onChanged} />}
        </>
      )}
      {hasPassword() && <PasswordForm />}
      <SignIns />
      <SectionPart name="sessions">
        <SessionsSection />
      </SectionPart>
      {/* Until a factor that is required is there, nothing else is answered. */}
      {factors && !factors.required && (
        <>
          <KeysSection makesNone />
          <ProgramsSection />
        </>
      )}
      <LinksCard />
      {codes.length > 0 && <RecoveryDialog codes={codes} onDone={() => setCodes([])} />}
    </div>
  );
}

import type { OwnEmailView } from '@star-graph/contract/users/email';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { SkeletonText } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { useCallback, useState } from 'preact/hooks';
import { AskDialog, useAsked } from '../../../data/AskDialog.tsx';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { useResource } from '../../../data/useResource.ts';
import { api } from '../../../session/session.ts';
import { EmailDialog } from './EmailDialog.tsx';
import { texts } from './emailTexts.ts';

/** The person's address: none, one that counts, and one that waits for its link. */
export function EmailCard() {
  const loaded = useResource((signal) => api.getEmail({}, { signal }), []);
  const [isChanging, setChanging] = useState(false);
  const { value: email, put, reload } = loaded;
  const removal = useAsked(async ({ sendsMail }: OwnEmailView) => {
    await api.deleteEmail();
    put({ address: null, pending: null, sendsMail });
  });
  const onSent = useCallback(
    (changed: OwnEmailView) => {
      setChanging(false);
      put(changed);
      showToast({ tone: 'good', text: texts.sent });
    },
    [put],
  );
  if (email === undefined)
    return (
      <Card title={texts.title}>
        {loaded.state === 'failed' ? (
          <LoadFailure error={loaded.error} onRetry={reload} />
        ) : (
          <div aria-busy="true">
            <SkeletonText lines={2} />
          </div>
        )}
      </Card>
    );
  return (
    <Card title={texts.title} aside={email.address !== null && <Chip tone="good">{texts.verified}</Chip>}>
      <div class="account-form">
        {email.address !== null && <bdi class="account-strong">{email.address}</bdi>}
        <p class="account-words">{email.sendsMail ? texts.use : texts.noMail}</p>
        {email.pending && <Pending pending={email.pending} onLook={reload} />}
        <PostFailure error={removal.error} />
        <div class="account-row">
          {email.sendsMail && (
            <Button onClick={() => setChanging(true)}>
              {email.address === null ? texts.set : texts.change}
            </Button>
          )}
          {(email.address !== null || email.pending !== null) && (
            <Button look="danger" busy={removal.isBusy} onClick={() => removal.ask(email)}>
              {texts.remove}
            </Button>
          )}
        </div>
      </div>
      {isChanging && <EmailDialog onClose={() => setChanging(false)} onSent={onSent} />}
      <AskDialog asked={removal} title={() => texts.removeTitle} confirmLabel={texts.remove}>
        {() => texts.removeWords}
      </AskDialog>
    </Card>
  );
}

interface PendingProps {
  pending: NonNullable<OwnEmailView['pending']>;
  onLook(): void;
}

const Pending = ({ pending, onLook }: PendingProps) => (
  <div class="account-row" role="status">
    <Chip tone="warn">{texts.waits}</Chip>
    <span>
      {texts.pending(pending.address)} <Time at={pending.expiresAt} />
    </span>
    <Button size="small" look="quiet" onClick={onLook}>
      {texts.look}
    </Button>
  </div>
);

import type { AdminUserView } from '@star-graph/contract/admin/adminUsers';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { useState } from 'preact/hooks';
import { AskDialog, useAsked } from '../../../data/AskDialog.tsx';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { api, isAdmin } from '../../../session/session.ts';
import { SecretField } from '../../account/SecretField.tsx';
import { nameOf } from './personNames.ts';
import { texts } from './texts.ts';

interface Props {
  person: AdminUserView;
  onChanged(person: AdminUserView): void;
}

type Link = Awaited<ReturnType<typeof api.adminMakePasswordReset>>;

/** For somebody who lost their password or their second factor. */
export function WayInCard({ person, onChanged }: Props) {
  const [link, setLink] = useState<Link>();
  const params = { id: person.id };
  const reset = useAsked(async (_: AdminUserView) => setLink(await api.adminMakePasswordReset({ params })));
  const removal = useAsked(async (one: AdminUserView) => {
    await api.adminRemoveSecondFactor({ params });
    onChanged({ ...one, secondFactor: false });
  });
  if (!isAdmin() && !person.secondFactor) return null;
  return (
    <Card title={texts.wayIn}>
      <div class="admin-form">
        {link && (
          <SecretField
            label={texts.resetLink}
            value={link.url}
            hint={
              <>
                {texts.resetHint} <Time at={link.expiresAt} />
              </>
            }
          />
        )}
        <PostFailure error={reset.error ?? removal.error} />
        <div class="admin-row">
          {isAdmin() && (
            <Button busy={reset.isBusy} onClick={() => reset.ask(person)}>
              {texts.reset}
            </Button>
          )}
          {person.secondFactor && (
            <Button look="danger" busy={removal.isBusy} onClick={() => removal.ask(person)}>
              {texts.removeFactor}
            </Button>
          )}
        </div>
      </div>
      <AskDialog asked={reset} title={(one) => texts.resetTitle(nameOf(one))} confirmLabel={texts.reset}>
        {() => texts.resetWords}
      </AskDialog>
      <AskDialog
        asked={removal}
        title={(one) => texts.removeFactorTitle(nameOf(one))}
        confirmLabel={texts.removeFactor}
      >
        {() => texts.removeFactorWords}
      </AskDialog>
    </Card>
  );
}

import type { LinkCodeView } from '@star-graph/contract/users/apiKeys';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Card, PageHead } from '@star-graph/ui/layout/Card.tsx';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { useState } from 'preact/hooks';
import { PostFailure } from '../../data/PostFailure.tsx';
import { usePost } from '../../data/usePost.ts';
import { api } from '../../session/session.ts';
import { texts } from './codeTexts.ts';
import { LinksCard } from './LinksCard.tsx';
import { MergeForm } from './MergeForm.tsx';
import { QrCode } from './QrCode.tsx';
import { SecretField } from './SecretField.tsx';

/** Codes that join this account with what the person uses elsewhere. */
export const CodesSection = () => (
  <div class="account-stack">
    <PageHead isPart title={texts.title} />
    <div class="account-pair">
      <ConnectCard />
      <NewCode />
      <MergeForm />
    </div>
    <LinksCard />
  </div>
);

/** Its address has no secret: the extension asks from there, and the person answers. */
function ConnectCard() {
  const link = `${location.origin}/connect`;
  return (
    <Card title={texts.connect}>
      <div class="account-form">
        <p class="account-words">{texts.connectWords}</p>
        <SecretField label={texts.connectLink} value={link} hint={texts.connectHint} />
        <QrCode text={link} label={texts.connectQr} />
      </div>
    </Card>
  );
}

function NewCode() {
  const [made, setMade] = useState<LinkCodeView>();
  const { post, isBusy, error } = usePost(async () => setMade(await api.createLinkCode({ body: {} })));
  return (
    <Card title={texts.elsewhere}>
      <div class="account-form">
        <p class="account-words">{texts.elsewhereWords}</p>
        {made && (
          <SecretField
            label={texts.code}
            value={made.code}
            hint={
              <>
                {texts.ends} <Time at={made.expiresAt} />. {texts.keep}
              </>
            }
          />
        )}
        <PostFailure error={error} />
        <div class="account-row">
          <Button look={made ? 'secondary' : 'primary'} busy={isBusy} onClick={() => void post()}>
            {made ? texts.another : texts.make}
          </Button>
        </div>
      </div>
    </Card>
  );
}

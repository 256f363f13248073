import type { IdentityView } from '@star-graph/contract/users/links';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { AskDialog, useAsked } from '../../data/AskDialog.tsx';
import { PostFailure } from '../../data/PostFailure.tsx';
import { api, session } from '../../session/session.ts';
import { texts } from './codeTexts.ts';
import { sayIdentity } from './sayIdentity.ts';

/** Who has a way into this account from elsewhere, and the way back. */
export function LinksCard() {
  const now = session.value;
  const removal = useAsked(async ({ provider, subject }: IdentityView) => {
    const profile = await api.unlinkIdentity({ body: { provider, subject } });
    session.value = { state: 'signedIn', profile };
    showToast({ tone: 'good', text: texts.unlinked });
  });
  if (now.state !== 'signedIn') return null;
  const { identities } = now.profile;
  return (
    <Card title={texts.links}>
      <div class="account-form">
        <p class="account-words">{identities.length === 0 ? texts.noLinks : texts.linksWords}</p>
        <PostFailure error={removal.error} />
        {identities.map((identity) => (
          <div class="account-row" key={`${identity.provider} ${identity.subject}`}>
            <bdi class="account-strong">{sayIdentity(identity)}</bdi>
            <Button size="small" onClick={() => removal.ask(identity)}>
              {texts.unlink}
            </Button>
          </div>
        ))}
      </div>
      <AskDialog
        asked={removal}
        title={(identity) => texts.unlinkTitle(sayIdentity(identity))}
        confirmLabel={texts.unlink}
      >
        {() => texts.unlinkAsk}
      </AskDialog>
    </Card>
  );
}

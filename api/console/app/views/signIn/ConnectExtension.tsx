import { numberOf } from '@star-graph/client/ownCode';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { Check, Puzzle } from 'lucide';
import { useState } from 'preact/hooks';
import { PostFailure } from '../../data/PostFailure.tsx';
import { usePost } from '../../data/usePost.ts';
import { api, session } from '../../session/session.ts';
import { texts } from './connectTexts.ts';

/** The extension waits for the person's yes. Without its question: what to press there. */
export function ConnectExtension({ challenge }: { challenge: string | undefined }) {
  const [isDone, setDone] = useState(false);
  const now = session.value;
  const { post, isBusy, error } = usePost(async () => {
    await api.approveLink({ body: { challenge: challenge ?? '' } });
    setDone(true);
  });
  if (challenge === undefined)
    return (
      <EmptyState icon={Puzzle} title={texts.extensionPress}>
        {texts.extensionPressWords}
      </EmptyState>
    );
  if (isDone)
    return (
      <EmptyState icon={Check} title={texts.extensionDone}>
        {texts.extensionDoneWords}
      </EmptyState>
    );
  return (
    <Card title={texts.extensionWants}>
      <div class="connect-stack">
        {now.state === 'signedIn' && (
          <p class="connect-words">{texts.asYou(now.profile.username ?? now.profile.id)}</p>
        )}
        <p class="connect-number">{numberOf(challenge)}</p>
        <p class="connect-notice">{texts.extensionCompare}</p>
        <PostFailure error={error} />
        <div class="connect-row">
          <Button look="primary" busy={isBusy} onClick={() => void post()}>
            {texts.extensionConnect}
          </Button>
        </div>
      </div>
    </Card>
  );
}

import { Button } from '@star-graph/ui/controls/Button.tsx';
import { EmptyState, ErrorState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { SkeletonText } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Card, PageHead } from '@star-graph/ui/layout/Card.tsx';
import { Check, Plug, Puzzle, TriangleAlert } from 'lucide';
import { useState } from 'preact/hooks';
import { describeProblem } from '../../data/problemText.ts';
import { useResource } from '../../data/useResource.ts';
import { api, session } from '../../session/session.ts';
import { Consent } from './Consent.tsx';
import './connect.css';
import { numberOf } from '@star-graph/client/ownCode';
import { PostFailure } from '../../data/PostFailure.tsx';
import { usePost } from '../../data/usePost.ts';
import { texts } from './connectTexts.ts';

const challengePattern = /^[0-9a-f]{64}$/;

/** Our extension asks with the hash of its code; every other program as OAuth has it. */
export function ConnectView() {
  const asked = new URLSearchParams(location.search);
  const challenge = asked.get('extension') ?? undefined;
  if (asked.size > 0 && challenge === undefined) return <ProgramRequest />;
  return (
    <div class="connect">
      <PageHead title={texts.extensionTitle} />
      <ConnectExtension challenge={challenge && challengePattern.test(challenge) ? challenge : undefined} />
    </div>
  );
}

/** A program sent the person here with its request in the address: whether it comes in is theirs to say. */
function ProgramRequest() {
  const query = location.search.slice(1);
  const [redirectTo, setRedirectTo] = useState<string>();
  const asked = useResource((signal) => api.readProgramRequest({ body: { query } }, { signal }), [query]);
  const leave = (to: string) => {
    setRedirectTo(to);
    location.assign(to);
  };
  return (
    <div class="connect">
      <PageHead title={texts.title} />
      {redirectTo === undefined && asked.state === 'loading' && (
        <Card>
          <div aria-busy="true">
            <SkeletonText lines={6} />
          </div>
        </Card>
      )}
      {asked.state === 'failed' && (
        <ErrorState title={texts.failed} action={{ label: texts.again, onAction: asked.reload }}>
          {describeProblem(asked.error)}
        </ErrorState>
      )}
      {redirectTo !== undefined && (
        <EmptyState icon={Plug} title={texts.done} action={<BackButton to={redirectTo} />}>
          {texts.doneWords}
        </EmptyState>
      )}
      {redirectTo === undefined && asked.state === 'ready' && 'redirectTo' in asked.value && (
        <EmptyState
          icon={TriangleAlert}
          title={texts.wrong}
          action={<BackButton to={asked.value.redirectTo} />}
        >
          {texts.wrongWords}
        </EmptyState>
      )}
      {redirectTo === undefined && asked.state === 'ready' && !('redirectTo' in asked.value) && (
        <Consent request={asked.value} query={query} onAnswered={leave} />
      )}
    </div>
  );
}

const BackButton = ({ to }: { to: string }) => (
  <Button look="primary" onClick={() => location.assign(to)}>
    {texts.back}
  </Button>
);

/** The extension waits for the person's yes. Without its question: what to press there. */
function ConnectExtension({ challenge }: { challenge: string | undefined }) {
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

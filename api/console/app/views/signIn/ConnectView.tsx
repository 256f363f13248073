import { Button } from '@star-graph/ui/controls/Button.tsx';
import { EmptyState, ErrorState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { SkeletonText } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Card, PageHead } from '@star-graph/ui/layout/Card.tsx';
import { Plug, TriangleAlert } from 'lucide';
import { useState } from 'preact/hooks';
import { describeProblem } from '../../data/problemText.ts';
import { useResource } from '../../data/useResource.ts';
import { api } from '../../session/session.ts';
import { ConnectExtension } from './ConnectExtension.tsx';
import { Consent } from './Consent.tsx';
import './connect.css';
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

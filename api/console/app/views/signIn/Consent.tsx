import type { ProgramRequestView } from '@star-graph/contract/users/programs';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Card, Facts } from '@star-graph/ui/layout/Card.tsx';
import { useState } from 'preact/hooks';
import { PostFailure } from '../../data/PostFailure.tsx';
import { usePost } from '../../data/usePost.ts';
import { api, session } from '../../session/session.ts';
import { DailyLimitField } from '../account/DailyLimitField.tsx';
import { texts } from './connectTexts.ts';

interface Props {
  request: ProgramRequestView;
  /** As it came in the address. */
  query: string;
  onAnswered(redirectTo: string): void;
}

/** A few pictures a day: enough to try it, and not all that somebody has. */
const usualCap = 100;

export function Consent({ request: { name, host, answersTo, scopes }, query, onAnswered }: Props) {
  const [creditsPerDay, setCreditsPerDay] = useState<number | undefined>(usualCap);
  const now = session.value;
  const answer = usePost(async (allow: boolean) => {
    const cap = allow && creditsPerDay !== undefined ? { creditsPerDay } : {};
    const { redirectTo } = await api.answerProgramRequest({ body: { query, allow, ...cap } });
    onAnswered(redirectTo);
  });
  return (
    <Card
      title={
        <>
          <bdi>{name}</bdi> {texts.wants}
        </>
      }
    >
      <div class="connect-stack">
        {now.state === 'signedIn' && (
          <p class="connect-words">{texts.asYou(now.profile.username ?? now.profile.id)}</p>
        )}
        <Facts
          facts={[
            [texts.describedBy, host ?? texts.nobody],
            [texts.answersTo, answersTo],
          ]}
        />
        <p class="connect-notice">{host === undefined ? texts.selfDeclared : texts.unchecked}</p>
        <div>
          <h3 class="connect-may">{texts.may}</h3>
          <ul class="connect-scopes">
            {scopes.map((scope) => (
              <li key={scope}>{texts[scope]}</li>
            ))}
          </ul>
        </div>
        <DailyLimitField value={creditsPerDay} disabled={answer.isBusy} onChange={setCreditsPerDay} />
        <PostFailure error={answer.error} />
        <div class="connect-row">
          <Button look="primary" busy={answer.isBusy} onClick={() => void answer.post(true)}>
            {texts.allow}
          </Button>
          <Button disabled={answer.isBusy} onClick={() => void answer.post(false)}>
            {texts.refuse}
          </Button>
        </div>
        <p class="connect-words">{texts.later}</p>
      </div>
    </Card>
  );
}

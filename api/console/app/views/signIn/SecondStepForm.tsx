import { ClientProblem } from '@star-graph/client/clientProblem';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { useState } from 'preact/hooks';
import { describeProblem } from '../../data/problemText.ts';
import { usePost } from '../../data/usePost.ts';
import { answerSecondStep, knowsPasskeys } from '../../session/passkey.ts';
import { acceptSignIn, signInApi } from '../../session/session.ts';
import { SignInField } from './SignInField.tsx';
import { texts } from './texts.ts';

/** The second step of a sign-in: the code of an app, a recovery code or a passkey. */
export function SecondStepForm({ ticket }: { ticket: string }) {
  const [kind, setKind] = useState<'totp' | 'recovery'>('totp');
  const [code, setCode] = useState('');
  const { post, isBusy, error } = usePost(async (isPasskey: boolean) => {
    const proof = isPasskey
      ? { kind: 'passkey' as const, response: await answerSecondStep(ticket) }
      : { kind, code };
    await acceptSignIn(await signInApi.finishLogin({ body: { ticket, proof } }));
  });
  const isWrong = error instanceof ClientProblem && error.code === 'unauthenticated';
  const isApp = kind === 'totp';
  return (
    <form
      class="sign-in-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void post(false);
      }}
    >
      <h2>{texts.secondStep}</h2>
      <SignInField
        label={isApp ? texts.appCode : texts.recoveryCode}
        error={error === undefined ? undefined : isWrong ? texts.wrongCode : describeProblem(error)}
        value={code}
        onChange={setCode}
        autoComplete="one-time-code"
        inputMode={isApp ? 'numeric' : 'text'}
      />
      <Button type="submit" look="primary" size="large" wide busy={isBusy}>
        {texts.confirm}
      </Button>
      <div class="sign-in-ways">
        <Button look="quiet" size="small" onClick={() => setKind(isApp ? 'recovery' : 'totp')}>
          {isApp ? texts.useRecovery : texts.useApp}
        </Button>
        {knowsPasskeys() && (
          <Button look="quiet" size="small" onClick={() => void post(true)}>
            {texts.usePasskey}
          </Button>
        )}
      </div>
    </form>
  );
}

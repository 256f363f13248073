import { ClientProblem } from '@star-graph/client/clientProblem';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { useCallback, useState } from 'preact/hooks';
import { describeProblem } from '../../data/problemText.ts';
import { usePost } from '../../data/usePost.ts';
import { signInByCode } from '../../session/arrival.ts';
import { SignInField } from './SignInField.tsx';
import { texts } from './texts.ts';

interface Props {
  onSecondStep(error: unknown): boolean;
  /** What became of a code that the address brought. */
  arrivalError: unknown;
}

export function CodeForm({ onSecondStep, arrivalError }: Props) {
  const [code, setCode] = useState('');
  const send = useCallback(async () => {
    await signInByCode(code.trim()).catch((error: unknown) => {
      if (!onSecondStep(error)) throw error;
    });
  }, [code, onSecondStep]);
  const { post, isBusy, error = arrivalError } = usePost(send);
  const isWrong = error instanceof ClientProblem && ['unauthenticated', 'not-found'].includes(error.code);
  return (
    <form
      class="sign-in-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void post();
      }}
    >
      <SignInField
        label={texts.code}
        hint={texts.codeHint}
        error={error === undefined ? undefined : isWrong ? texts.wrongCode : describeProblem(error)}
        value={code}
        onChange={setCode}
        autoComplete="one-time-code"
      />
      <Button type="submit" look="primary" size="large" wide busy={isBusy}>
        {texts.signIn}
      </Button>
    </form>
  );
}

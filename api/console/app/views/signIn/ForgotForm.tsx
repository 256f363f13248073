import { Button } from '@star-graph/ui/controls/Button.tsx';
import { useCallback, useState } from 'preact/hooks';
import { describeProblem } from '../../data/problemText.ts';
import { usePost } from '../../data/usePost.ts';
import { signInApi } from '../../session/session.ts';
import { SignInField } from './SignInField.tsx';
import { texts } from './texts.ts';

export function ForgotForm() {
  const [email, setEmail] = useState('');
  const [isSent, setSent] = useState(false);
  const send = useCallback(async () => {
    await signInApi.mailPasswordReset({ body: { address: email } });
    setSent(true);
  }, [email]);
  const { post, isBusy, error } = usePost(send);
  if (isSent) return <p role="status">{texts.sent}</p>;
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
        label={texts.email}
        hint={texts.forgotHelp}
        error={error === undefined ? undefined : describeProblem(error)}
        type="email"
        value={email}
        onChange={setEmail}
        autoComplete="email"
      />
      <Button type="submit" look="primary" size="large" wide busy={isBusy}>
        {texts.send}
      </Button>
    </form>
  );
}

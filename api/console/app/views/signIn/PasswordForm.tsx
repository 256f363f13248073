import { ClientProblem } from '@star-graph/client/clientProblem';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { useState } from 'preact/hooks';
import { describeProblem } from '../../data/problemText.ts';
import { usePost } from '../../data/usePost.ts';
import { knowsPasskeys, signInByPasskey } from '../../session/passkey.ts';
import { acceptSignIn, signInApi } from '../../session/session.ts';
import { SignInField } from './SignInField.tsx';
import { texts } from './texts.ts';

interface Props {
  onSecondStep(error: unknown): boolean;
  onForgot(): void;
}

export function PasswordForm({ onSecondStep, onForgot }: Props) {
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const { post, isBusy, error } = usePost(async (signIn: () => Promise<void>) => {
    await signIn().catch((error: unknown) => {
      if (!onSecondStep(error)) throw error;
    });
  });
  const signIn = async () => acceptSignIn(await signInApi.login({ body: { username, password } }));
  const isWrong = error instanceof ClientProblem && error.code === 'unauthenticated';
  return (
    <form
      class="sign-in-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void post(signIn);
      }}
    >
      <SignInField
        label={texts.username}
        value={username}
        onChange={setUsername}
        autoComplete="username webauthn"
      />
      <SignInField
        label={texts.password}
        type="password"
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
      />
      {error !== undefined && (
        <p class="sign-in-error" role="alert">
          {isWrong ? texts.wrongPassword : describeProblem(error)}
        </p>
      )}
      <Button type="submit" look="primary" size="large" wide busy={isBusy}>
        {texts.signIn}
      </Button>
      <div class="sign-in-ways">
        {knowsPasskeys() && (
          <Button look="quiet" size="small" onClick={() => void post(signInByPasskey)}>
            {texts.usePasskey}
          </Button>
        )}
        <Button look="quiet" size="small" onClick={onForgot}>
          {texts.forgot}
        </Button>
      </div>
    </form>
  );
}

import { Button } from '@star-graph/ui/controls/Button.tsx';
import { useCallback, useState } from 'preact/hooks';
import { describeProblem, fieldProblems } from '../../data/problemText.ts';
import { usePost } from '../../data/usePost.ts';
import { acceptSignIn, signInApi } from '../../session/session.ts';
import { SignInField } from './SignInField.tsx';
import { texts } from './texts.ts';

export function RegisterForm({ needsInvite }: { needsInvite: boolean }) {
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [invite, setInvite] = useState('');
  const register = useCallback(async () => {
    const body = { username, password, ...(needsInvite ? { invite } : {}) };
    await acceptSignIn(await signInApi.register({ body }));
  }, [username, password, invite, needsInvite]);
  const { post, isBusy, error } = usePost(register);
  const problems = fieldProblems(error);
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
        label={texts.username}
        hint={texts.usernameHint}
        error={problems.username}
        value={username}
        onChange={setUsername}
        autoComplete="username"
      />
      <SignInField
        label={texts.password}
        hint={texts.passwordHint}
        error={problems.password}
        type="password"
        value={password}
        onChange={setPassword}
        autoComplete="new-password"
      />
      {needsInvite && (
        <SignInField label={texts.invite} error={problems.invite} value={invite} onChange={setInvite} />
      )}
      {error !== undefined && Object.keys(problems).length === 0 && (
        <p class="sign-in-error" role="alert">
          {describeProblem(error)}
        </p>
      )}
      <Button type="submit" look="primary" size="large" wide busy={isBusy}>
        {texts.register}
      </Button>
    </form>
  );
}

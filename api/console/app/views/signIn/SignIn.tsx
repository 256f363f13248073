import { ClientProblem } from '@star-graph/client/clientProblem';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { describeProblem, fieldProblems } from '../../data/problemText.ts';
import { usePost } from '../../data/usePost.ts';
import { useResource } from '../../data/useResource.ts';
import { leaveForProvider, signInByCode, takeArrivalCode, welcomeFault } from '../../session/arrival.ts';
import { acceptSignIn, session, signInApi } from '../../session/session.ts';
import { PasswordForm } from './PasswordForm.tsx';
import { SignInField } from './SignInField.tsx';
import { texts } from './texts.ts';
import './signIn.css';
import { answerSecondStep, knowsPasskeys } from '../../session/passkey.ts';

/** Which form is in view. `second-step` follows any other that needs it. */
export type SignInForm = 'password' | 'register' | 'code' | 'forgot' | 'second-step';

/** What everybody sees who is not signed in. */
export function SignIn() {
  const [form, setForm] = useState<SignInForm>('password');
  const [ticket, setTicket] = useState<string>();
  const [arrivalError, setArrivalError] = useState<unknown>();
  const status = useResource(() => signInApi.getStatus(), []);
  const providers = useResource(() => signInApi.listSignInProviders(), []);
  const registration = status.value?.registration ?? 'closed';

  /** A sign-in that was right so far. */
  const askSecondStep = (error: unknown): boolean => {
    if (!(error instanceof ClientProblem) || error.problem.ticket === undefined) return false;
    setTicket(error.problem.ticket);
    setForm('second-step');
    return true;
  };

  useEffect(() => {
    if (welcomeFault.value !== undefined && askSecondStep(welcomeFault.value)) return;
    const code = takeArrivalCode();
    if (code === undefined) return;
    signInByCode(code).catch((error: unknown) => {
      if (askSecondStep(error)) return;
      setArrivalError(error);
      setForm('code');
    });
  }, []);

  return (
    <main class="sign-in">
      <div class="sign-in-card">
        <img class="sign-in-star" src="/star.svg" alt="" width="48" height="48" />
        <h1>Star-Graph</h1>
        <p class="sign-in-tagline">{texts.tagline}</p>
        {form === 'password' && (
          <>
            <WelcomeFault error={welcomeFault.value} />
            <EndedNote />
            <PasswordForm onSecondStep={askSecondStep} onForgot={() => setForm('forgot')} />
            <Providers providers={providers.value?.items ?? []} />
            <div class="sign-in-ways">
              {registration !== 'closed' && (
                <Button look="quiet" size="small" onClick={() => setForm('register')}>
                  {texts.register}
                </Button>
              )}
              <Button look="quiet" size="small" onClick={() => setForm('code')}>
                {texts.haveCode}
              </Button>
            </div>
          </>
        )}
        {form === 'register' && <RegisterForm needsInvite={registration === 'invited'} />}
        {form === 'code' && <CodeForm onSecondStep={askSecondStep} arrivalError={arrivalError} />}
        {form === 'forgot' && <ForgotForm />}
        {form === 'second-step' && ticket !== undefined && <SecondStepForm ticket={ticket} />}
        {form !== 'password' && (
          <Button look="quiet" wide onClick={() => setForm('password')}>
            {texts.back}
          </Button>
        )}
      </div>
    </main>
  );
}

/** The link of a start was no use; there is another way right below. */
function WelcomeFault({ error }: { error: unknown }) {
  if (error === undefined) return null;
  const code = error instanceof ClientProblem ? error.code : undefined;
  const words = { unauthenticated: texts.oldLink, forbidden: texts.awayLink };
  return (
    <p class="sign-in-error" role="alert">
      {code === 'unauthenticated' || code === 'forbidden' ? words[code] : describeProblem(error)}
    </p>
  );
}

/** Nobody is shown a sign-in in the middle of their work without a word. */
function EndedNote() {
  const now = session.value;
  if (now.state !== 'signedOut' || !now.hasEnded) return null;
  return (
    <p class="sign-in-note" role="status">
      {texts.ended}
    </p>
  );
}

function Providers({ providers }: { providers: readonly { name: string; title: string; url: string }[] }) {
  if (providers.length === 0) return null;
  return (
    <div class="sign-in-providers">
      <span class="sign-in-or">{texts.or}</span>
      {providers.map(({ name, title, url }) => (
        <Button key={name} wide onClick={() => leaveForProvider(url)}>
          {texts.with(title)}
        </Button>
      ))}
    </div>
  );
}

interface Props {
  onSecondStep(error: unknown): boolean;
  /** What became of a code that the address brought. */
  arrivalError: unknown;
}

function CodeForm({ onSecondStep, arrivalError }: Props) {
  const [code, setCode] = useState('');
  const {
    post,
    isBusy,
    error = arrivalError,
  } = usePost(async () => {
    await signInByCode(code.trim()).catch((error: unknown) => {
      if (!onSecondStep(error)) throw error;
    });
  });
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

function ForgotForm() {
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

function RegisterForm({ needsInvite }: { needsInvite: boolean }) {
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

/** The second step of a sign-in: the code of an app, a recovery code or a passkey. */
function SecondStepForm({ ticket }: { ticket: string }) {
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

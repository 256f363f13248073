import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Segmented } from '@star-graph/ui/controls/Segmented.tsx';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Check } from 'lucide';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type MessageKey, translate } from '../../i18n/translate.ts';
import { background, problemOf } from '../messaging/rpcClient.ts';
import type { ShownProblem } from '../runs/problem.ts';
import type { ServerFault } from '../session/checkServer.ts';
import { type AddressFault, parseServerAddress } from '../session/serverAddress.ts';
import { ConnectButton, useConnecting, WaitingForYes } from './Connecting.tsx';
import { Problem, ProblemLine } from './ProblemLine.tsx';

const faultKeys: Record<ServerFault | AddressFault, MessageKey> = {
  empty: 'serverEmpty',
  malformed: 'serverMalformed',
  scheme: 'serverScheme',
  unreachable: 'serverUnreachable',
  unreachableHttps: 'serverUnreachableHttps',
  untrusted: 'serverUntrusted',
  notStarGraph: 'serverNotStarGraph',
  serverTooOld: 'serverTooOld',
  serverTooNew: 'serverTooNew',
};

/** A browser tab shows errors that an extension cannot see. */
const shownInTab: readonly (ServerFault | AddressFault)[] = ['notStarGraph', 'unreachableHttps', 'untrusted'];

type CheckedServer =
  | { fault: ServerFault | AddressFault; baseUrl?: string; version?: undefined }
  | { fault?: undefined; version: string };
type Way = 'password' | 'code';

/** A server of this machine is found until the person types. */
function useServer() {
  const [address, setAddress] = useState('localhost:8080');
  const hasTyped = useRef(false);
  useEffect(() => {
    void background.findOwnServer().then(
      (found) => found && !hasTyped.current && setAddress(found),
      // The person types it.
      () => undefined,
    );
  }, []);
  const take = (text: string) => {
    hasTyped.current = true;
    setAddress(text);
  };
  const [server, setServer] = useState<CheckedServer>();
  const check = async (): Promise<string | undefined> => {
    setServer(undefined);
    const parsed = parseServerAddress(address);
    if ('fault' in parsed) {
      setServer({ fault: parsed.fault });
      return undefined;
    }
    const found = await background.checkServer(parsed.baseUrl);
    if (found.fault !== undefined) {
      setServer({ fault: found.fault, baseUrl: parsed.baseUrl });
      return undefined;
    }
    setServer({ version: found.status.version });
    return parsed.baseUrl;
  };
  return { address, take, server, check };
}

/** Or that the console is to answer first. */
export function SignInForm() {
  const connecting = useConnecting();
  return connecting ? <WaitingForYes connecting={connecting} /> : <SignInFields />;
}

/** The server is checked first, so that a wrong address is not shown as a wrong password. */
function SignInFields() {
  const [way, setWay] = useState<Way>('password');
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ShownProblem>();
  const [words, setWords] = useState({ username: '', password: '', code: '' });
  const [isChecked, setChecked] = useState(false);
  const { address, take, server, check } = useServer();
  const needed = way === 'code' ? (['code'] as const) : (['username', 'password'] as const);

  const attempt = async (work: () => Promise<unknown>) => {
    setBusy(true);
    setProblem(undefined);
    try {
      await work();
    } catch (error) {
      const shown = problemOf(error);
      // Without a session this means that the name, the password or the code is wrong.
      setProblem(shown.code === 'signed-out' ? { code: 'unauthenticated' } : shown);
    } finally {
      setBusy(false);
    }
  };

  const submit = (isNew: boolean) => {
    setChecked(true);
    if (needed.some((name) => words[name].trim() === '')) return;
    void attempt(async () => {
      const baseUrl = await check();
      const { username, password, code } = words;
      const by =
        way === 'code'
          ? { code: code.trim() }
          : { username: username.trim(), password, ...(isNew ? { isNew } : {}) };
      if (baseUrl !== undefined) await background.signIn({ baseUrl, by });
    });
  };

  const connect = () =>
    void attempt(async () => {
      const baseUrl = await check();
      if (baseUrl !== undefined) await background.beginConnecting(baseUrl);
    });
  return (
    <form
      class="sign-in"
      // The fields say what is missing, in the language of the page.
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit(false);
      }}
    >
      <Field label={translate('serverAddress')} hint={translate('serverHint')}>
        <TextField name="server" inputMode="url" value={address} onChange={take} />
      </Field>
      <ServerLine server={server} />
      <ConnectButton isBusy={isBusy} onPress={connect} />
      <Segmented
        label={translate('signInTitle')}
        options={[
          { value: 'password', label: translate('byPassword') },
          { value: 'code', label: translate('byCode') },
        ]}
        value={way}
        onChange={setWay}
      />
      <WayFields
        way={way}
        words={words}
        onWords={(part) => setWords({ ...words, ...part })}
        isChecked={isChecked}
      />
      <div class="row">
        <Button type="submit" busy={isBusy}>
          {translate('signIn')}
        </Button>
        {way === 'password' && (
          <Button disabled={isBusy} onClick={() => submit(true)}>
            {translate('createAccount')}
          </Button>
        )}
        <Button look="quiet" disabled={isBusy} onClick={() => void attempt(check)}>
          {translate('checkServer')}
        </Button>
      </div>
      <ProblemLine problem={problem} />
    </form>
  );
}

function ServerLine({ server }: { server: CheckedServer | undefined }) {
  if (!server) return null;
  if (server.fault === undefined)
    return (
      <p role="status">
        <Chip tone="good" icon={Check}>
          {translate('serverGood', server.version)}
        </Chip>
      </p>
    );
  return (
    <div data-fault={server.fault}>
      <Problem>
        <p>
          {translate(faultKeys[server.fault])}{' '}
          {server.baseUrl && shownInTab.includes(server.fault) && (
            <a href={server.baseUrl} target="_blank" rel="noreferrer">
              {translate('serverOpen')}
            </a>
          )}
        </p>
      </Problem>
    </div>
  );
}

type Words = Record<'username' | 'password' | 'code', string>;

interface WayFieldsProps {
  way: Way;
  words: Words;
  onWords(part: Partial<Words>): void;
  isChecked: boolean;
}

function WayFields({ way, words, onWords, isChecked }: WayFieldsProps) {
  const errorOf = (name: keyof Words) =>
    isChecked && words[name].trim() === '' ? translate('fieldNeeded') : undefined;
  if (way === 'code')
    return (
      <Field label={translate('linkCode')} hint={translate('linkCodeHint')} error={errorOf('code')} required>
        <TextField
          name="code"
          autoComplete="one-time-code"
          value={words.code}
          onChange={(code) => onWords({ code })}
        />
      </Field>
    );
  return (
    <>
      <Field label={translate('username')} error={errorOf('username')} required>
        <TextField
          name="username"
          autoComplete="username"
          value={words.username}
          onChange={(username) => onWords({ username })}
        />
      </Field>
      <Field label={translate('password')} error={errorOf('password')} required>
        <TextField
          name="password"
          type="password"
          autoComplete="current-password"
          value={words.password}
          onChange={(password) => onWords({ password })}
        />
      </Field>
    </>
  );
}

import { useState } from 'preact/hooks';
import { type MessageKey, translate } from '../../../i18n/translate.ts';
import { background, problemOf } from '../../messaging/rpcClient.ts';
import type { ShownProblem } from '../../problems/problem.ts';
import type { ServerFault } from '../../session/checkServer.ts';
import { type AddressFault, parseServerAddress } from '../../session/serverAddress.ts';
import { ProblemLine } from '../ProblemLine.tsx';

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

/** The server is checked first, so that a wrong address is not shown as a wrong password. */
export function SignInForm() {
  const [address, setAddress] = useState('localhost:8080');
  const [way, setWay] = useState<Way>('password');
  const [isBusy, setBusy] = useState(false);
  const [server, setServer] = useState<CheckedServer>();
  const [problem, setProblem] = useState<ShownProblem>();

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

  const submit = (form: HTMLFormElement, isNew: boolean) =>
    attempt(async () => {
      const baseUrl = await check();
      const field = (name: string) => String(new FormData(form).get(name) ?? '').trim();
      const by =
        way === 'code'
          ? { code: field('code') }
          : {
              username: field('username'),
              password: String(new FormData(form).get('password') ?? ''),
              ...(isNew ? { isNew } : {}),
            };
      if (baseUrl !== undefined) await background.signIn({ baseUrl, by });
    });

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const pressed = event.submitter as HTMLButtonElement | null;
        void submit(event.currentTarget, pressed?.value === 'new');
      }}
    >
      <h2>{translate('signInTitle')}</h2>
      <label>
        <span>{translate('serverAddress')}</span>
        <input name="server" value={address} onInput={(event) => setAddress(event.currentTarget.value)} />
      </label>
      <ServerLine server={server} />
      <WayFields way={way} onWay={setWay} />
      <div class="row">
        <button type="submit" class="main" disabled={isBusy}>
          {translate('signIn')}
        </button>
        {way === 'password' && (
          <button type="submit" value="new" disabled={isBusy}>
            {translate('createAccount')}
          </button>
        )}
        <button type="button" disabled={isBusy} onClick={() => void attempt(check)}>
          {translate('checkServer')}
        </button>
      </div>
      <ProblemLine problem={problem} />
    </form>
  );
}

function ServerLine({ server }: { server: CheckedServer | undefined }) {
  if (!server) return null;
  if (server.fault === undefined)
    return (
      <p class="good" role="status">
        {translate('serverGood', server.version)}
      </p>
    );
  return (
    <p class="bad" role="alert" data-fault={server.fault}>
      {translate(faultKeys[server.fault])}{' '}
      {server.baseUrl && shownInTab.includes(server.fault) && (
        <a href={server.baseUrl} target="_blank" rel="noreferrer">
          {translate('serverOpen')}
        </a>
      )}
    </p>
  );
}

function WayFields({ way, onWay }: { way: Way; onWay(way: Way): void }) {
  return (
    <>
      <div class="row">
        {(['password', 'code'] as const).map((one) => (
          <label key={one} class="check">
            <input type="radio" name="way" checked={way === one} onChange={() => onWay(one)} />
            <span>{translate(one === 'password' ? 'byPassword' : 'byCode')}</span>
          </label>
        ))}
      </div>
      {way === 'password' ? (
        <>
          <label>
            <span>{translate('username')}</span>
            <input name="username" autocomplete="username" required />
          </label>
          <label>
            <span>{translate('password')}</span>
            <input name="password" type="password" autocomplete="current-password" required />
          </label>
        </>
      ) : (
        <label>
          <span>{translate('linkCode')}</span>
          <input name="code" autocomplete="one-time-code" required />
          <span class="faint small">{translate('linkCodeHint')}</span>
        </label>
      )}
    </>
  );
}

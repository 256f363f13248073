import {
  type ApiClient,
  type Credentials,
  createClient,
  createKeyCredentials,
  createSessionCredentials,
  type SessionTokens,
  toSessionTokens,
} from '@star-graph/client/index';
import { findRunning } from '../../launcher/dataDir/runningPlatform.ts';
import { findSecrets } from '../../launcher/dataDir/secrets.ts';
import { LaunchFailure } from '../../launcher/failure.ts';
import type { TryEnv } from './tryConfig.ts';

type Identity = { kind: 'token'; token: string } | { kind: 'account'; username: string; password: string };

interface Target {
  /** Without a trailing slash. */
  url: string;
  identity: Identity;
}

/**
 * Where to go and as whom: what the environment says, else the platform of `dataDir` as its administrator. That
 * password goes to that platform only, never to an address from the environment.
 * @throws LaunchFailure with the way out.
 */
export function chooseTarget(env: TryEnv, dataDir: string): Target {
  const identity = chooseIdentity(env);
  // Not read, and not a fault if damaged, when the person uses another platform.
  const local = env.STAR_GRAPH_API_URL === undefined ? findRunning(dataDir) : undefined;
  const url = (env.STAR_GRAPH_API_URL ?? local?.url)?.replace(/\/+$/, '');
  if (url === undefined) {
    throw new LaunchFailure(
      'No platform runs here. Start one with "npm start" in another terminal, or set STAR_GRAPH_API_URL to one elsewhere.',
    );
  }
  if (identity) return { url, identity };
  const password = findSecrets(dataDir)?.adminPassword;
  const username = local?.adminUsername;
  if (username === undefined || password === undefined) {
    throw new LaunchFailure(
      `To use ${url}, set STAR_GRAPH_TOKEN to an API key of yours, or STAR_GRAPH_USERNAME and STAR_GRAPH_PASSWORD.`,
    );
  }
  return { url, identity: { kind: 'account', username, password } };
}

function chooseIdentity(env: TryEnv): Identity | undefined {
  const { STAR_GRAPH_TOKEN: token, STAR_GRAPH_USERNAME: username, STAR_GRAPH_PASSWORD: password } = env;
  if (token !== undefined) return { kind: 'token', token };
  if (username === undefined && password === undefined) return undefined;
  if (username === undefined || password === undefined) {
    throw new LaunchFailure('Set STAR_GRAPH_USERNAME and STAR_GRAPH_PASSWORD together.');
  }
  return { kind: 'account', username, password };
}

export interface SignedIn {
  client: ApiClient;
  /** Ends the session that was opened for this run; a token given from outside lives on. */
  signOut(): Promise<void>;
}

/** @throws ClientProblem when the platform refuses, Unreachable when it does not answer. */
export async function signIn({ url, identity }: Target, signal: AbortSignal): Promise<SignedIn> {
  const connect = (credentials: Credentials) =>
    createClient({ baseUrl: url, credentials, streamUploads: true });
  if (identity.kind === 'token') {
    return {
      client: connect(createKeyCredentials({ apiKey: identity.token })),
      signOut: async () => undefined,
    };
  }
  const { username, password } = identity;
  const answer = await createClient({ baseUrl: url }).login({ body: { username, password } }, { signal });
  let tokens: SessionTokens | undefined = toSessionTokens(answer);
  const store = {
    load: async () => tokens,
    save: async (renewed: SessionTokens | undefined) => {
      tokens = renewed;
    },
  };
  const client = connect(createSessionCredentials({ baseUrl: url }, store));
  return {
    client,
    async signOut() {
      if (tokens) await client.logout({ body: { refreshToken: tokens.refreshToken } });
    },
  };
}

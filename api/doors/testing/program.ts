import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import {
  type OAuthClientProvider,
  type OAuthDiscoveryState,
  type StoredOAuthTokens,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { testCertificates, testKey } from '@star-graph/core/testing/services/certificates';
import { fixture } from '../../testing/servers/fixtures.ts';

export const redirectUri = 'http://127.0.0.1:51234/callback';

/** A site of programs: each path is one, which describes itself. */
export interface ProgramSite {
  url: string;
  /** From now on they say this in place of what they should. */
  describe(changes: object): void;
}

export async function startProgramSite(): Promise<ProgramSite & AsyncDisposable> {
  let changes: object = {};
  const site: Server = createServer({ key: testKey, cert: testCertificates.good }, (request, response) => {
    const document = {
      client_id: `${url}${request.url}`,
      client_name: 'A program',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['http://127.0.0.1/callback'],
      ...changes,
    };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document));
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  const url = `https://127.0.0.1:${(site.address() as AddressInfo).port}`;
  return {
    url,
    describe(given: object) {
      changes = given;
    },
    async [Symbol.asyncDispose]() {
      site.close();
      site.closeAllConnections();
    },
  };
}

export const programSite = (): ProgramSite => fixture(startProgramSite);

/** What a program of the official client keeps. */
export class KeptProgram implements OAuthClientProvider {
  readonly redirectUrl = redirectUri;
  readonly clientMetadata = {
    client_name: 'A program',
    redirect_uris: [redirectUri],
    token_endpoint_auth_method: 'none',
  };
  readonly clientMetadataUrl?: string;
  asked: URL | undefined;
  kept: StoredOAuthTokens | undefined;
  private verifier = '';
  private discovered: OAuthDiscoveryState | undefined;
  private information: Awaited<ReturnType<OAuthClientProvider['clientInformation']>>;

  /** @param clientMetadataUrl where it describes itself; without one it registers. */
  constructor(clientMetadataUrl?: string) {
    if (clientMetadataUrl !== undefined) this.clientMetadataUrl = clientMetadataUrl;
  }

  state = () => 'a state of its own';
  clientInformation = () => this.information;
  saveClientInformation(information: typeof this.information) {
    this.information = information;
  }
  tokens = () => this.kept;
  saveTokens(tokens: StoredOAuthTokens) {
    this.kept = tokens;
  }
  redirectToAuthorization(url: URL) {
    this.asked = url;
  }
  saveCodeVerifier(verifier: string) {
    this.verifier = verifier;
  }
  codeVerifier = () => this.verifier;
  saveDiscoveryState(state: OAuthDiscoveryState) {
    this.discovered = state;
  }
  discoveryState = () => this.discovered;
}

export const transportOf = (url: string, authProvider: OAuthClientProvider): StreamableHTTPClientTransport =>
  new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { authProvider });

import { X509Certificate } from 'node:crypto';
import type { lookup } from 'node:dns';
import { readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { createSecureContext, getCACertificates } from 'node:tls';
import { createCheckedLookup, isForbiddenLiteral } from '../../ground/runtime/checkedLookup.ts';
import { ConfigurationFault } from '../../ground/runtime/configuration.ts';
import { isBackendAddress } from './backendAddress.ts';
import { Agent, type Dispatcher } from './undici.ts';

/** How GPU servers are reached: which addresses are allowed, and which certificate authorities are trusted. */
export interface BackendNetwork {
  readonly dispatcher: Dispatcher;
  /** For the upgrade of a socket, which keeps its connection. */
  agentFor(url: URL): HttpAgent | HttpsAgent;
  /** @throws ForbiddenAddress when the host is a forbidden address. Names are checked at each connection. */
  check(url: URL): void;
}

export class ForbiddenAddress extends Error {
  constructor() {
    super('link-local and metadata addresses are refused');
    this.name = 'ForbiddenAddress';
  }
}

export interface NetworkConfig {
  /** PEM: trusted beside the usual authorities. */
  authorities?: string;
  /** Another resolver, in tests. */
  lookup?: typeof lookup;
}

const check = { isAllowedAddress: isBackendAddress, forbidden: () => new ForbiddenAddress() };

export function createBackendNetwork({ authorities, lookup }: NetworkConfig = {}): BackendNetwork {
  const ca = authorities === undefined ? {} : { ca: [...getCACertificates('default'), authorities] };
  const options = { lookup: createCheckedLookup(check, lookup), ...ca };
  const [http, https] = [new HttpAgent(options), new HttpsAgent(options)];
  return {
    dispatcher: new Agent({ connect: options, allowH2: false }),
    agentFor: ({ protocol }) => (protocol === 'https:' || protocol === 'wss:' ? https : http),
    check(url) {
      if (isForbiddenLiteral(check, url)) throw new ForbiddenAddress();
    },
  };
}

/** The network of clients that have none of their own. */
export const publicAuthorities: BackendNetwork = createBackendNetwork();

/** Reads `COMFYUI_CA_FILE`. @throws ConfigurationFault with a sentence for the operator. */
export function readAuthorities(path: string | undefined): { authorities?: string } {
  if (path === undefined) return {};
  let authorities: string;
  try {
    authorities = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ConfigurationFault(
      `COMFYUI_CA_FILE: the file ${path} cannot be read. Correct its path or its rights.`,
      {
        cause,
      },
    );
  }
  try {
    new X509Certificate(authorities);
    createSecureContext({ ca: authorities });
  } catch (cause) {
    throw new ConfigurationFault(
      `COMFYUI_CA_FILE: the file ${path} holds no certificate. Give one in PEM, beginning with -----BEGIN CERTIFICATE-----.`,
      { cause },
    );
  }
  return { authorities };
}

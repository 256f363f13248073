import { readFileSync } from 'node:fs';
import type { Env } from '../../../ground/config/config.ts';
import { type OidcProvider, oidcProviders } from '../../../ground/config/oidcEnv.ts';
import { ConfigurationFault } from '../../../ground/runtime/configuration.ts';

/** The configured providers. @throws ConfigurationFault with a sentence for the operator, without a secret. */
export function readProviders(env: Pick<Env, 'OIDC_PROVIDERS' | 'OIDC_PROVIDERS_FILE'>): OidcProvider[] {
  const { OIDC_PROVIDERS: given, OIDC_PROVIDERS_FILE: path } = env;
  if (given !== undefined && path !== undefined)
    throw new ConfigurationFault('OIDC_PROVIDERS and OIDC_PROVIDERS_FILE are both set. Unset one.');
  if (path === undefined) return given ?? [];
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ConfigurationFault(
      `OIDC_PROVIDERS_FILE: the file ${path} cannot be read. Correct its path or its rights.`,
      {
        cause,
      },
    );
  }
  const read = oidcProviders.safeParse(text);
  if (read.success) return read.data;
  throw new ConfigurationFault(
    `OIDC_PROVIDERS_FILE: ${read.error.issues.map(({ message }) => message).join('; ')}`,
  );
}

import { ConfigurationFault } from '../../../ground/runtime/configuration.ts';
import { parseDnsSource } from './dnsSource.ts';
import { accountDirectory, type ClusterAccess, parseKubernetesSource } from './kubernetesSource.ts';
import type { Source } from './source.ts';

interface SourceAccess {
  /** DNS servers other than the system's, in tests. */
  dnsServers?: readonly string[];
  /** Undefined outside of a cluster. */
  cluster?: ClusterAccess | undefined;
}

/** Finds the cluster in the environment of a pod. */
export function findCluster(env: Readonly<Record<string, string | undefined>>): ClusterAccess | undefined {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = env;
  if (host === undefined) return undefined;
  return { url: `https://${host.includes(':') ? `[${host}]` : host}:${port}`, directory: accountDirectory };
}

/** @throws ConfigurationFault with a sentence for the operator. */
export function parseSources(names: readonly string[], { dnsServers, cluster }: SourceAccess): Source[] {
  return [...new Set(names)].map((name) => {
    if (name.startsWith('kubernetes:') && !cluster)
      throw new ConfigurationFault(
        `COMFYUI_DISCOVERY: ${name} needs a pod of a Kubernetes cluster, and KUBERNETES_SERVICE_HOST is not set.`,
      );
    const source = parseDnsSource(name, dnsServers) ?? (cluster && parseKubernetesSource(name, cluster));
    if (!source) throw new ConfigurationFault(`COMFYUI_DISCOVERY: ${name} is no source.`);
    return source;
  });
}

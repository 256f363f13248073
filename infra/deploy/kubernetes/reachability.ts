import { BlockList, isIP } from 'node:net';
import { isSelected, type KubeObject, type Selector } from './objects.ts';

/** A pod by its labels and namespace, or an address outside. */
export type Peer = { labels: Record<string, string>; namespace: string } | { address: string };

interface PolicyPeer {
  podSelector?: Selector;
  namespaceSelector?: Selector;
  ipBlock?: { cidr: string; except?: string[] };
}
interface Rule {
  from?: PolicyPeer[];
  to?: PolicyPeer[];
  ports?: { port: number; protocol?: string }[];
}
interface PolicySpec {
  podSelector: Selector;
  policyTypes: ('Ingress' | 'Egress')[];
  ingress?: Rule[];
  egress?: Rule[];
}

const isInside = (address: string, cidr: string): boolean => {
  const [base = '', bits] = cidr.split('/');
  const list = new BlockList();
  list.addSubnet(base, Number(bits), isIP(base) === 6 ? 'ipv6' : 'ipv4');
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
};

function isMeant(peer: Peer, rule: PolicyPeer, ownNamespace: string): boolean {
  if (rule.ipBlock) {
    // Whether a pod's address counts as a block is left to the network; here it does not, as with most of them.
    if (!('address' in peer)) return false;
    const { cidr, except = [] } = rule.ipBlock;
    return isInside(peer.address, cidr) && !except.some((block) => isInside(peer.address, block));
  }
  if ('address' in peer) return false;
  const isNamespace = rule.namespaceSelector
    ? isSelected(rule.namespaceSelector, { 'kubernetes.io/metadata.name': peer.namespace })
    : peer.namespace === ownNamespace;
  return isNamespace && isSelected(rule.podSelector ?? {}, peer.labels);
}

/** As the specification has it: what no policy selects is open, and of several policies each may allow. */
function isAllowed(
  policies: readonly KubeObject[],
  side: 'Ingress' | 'Egress',
  { own, peer, port, protocol }: { own: Peer; peer: Peer; port: number; protocol: string },
): boolean {
  if ('address' in own) return true;
  const selecting = policies.filter(({ metadata, spec }) => {
    const { podSelector, policyTypes } = spec as unknown as PolicySpec;
    return (
      metadata.namespace === own.namespace &&
      policyTypes.includes(side) &&
      isSelected(podSelector, own.labels)
    );
  });
  if (selecting.length === 0) return true;
  return selecting.some(({ spec }) => {
    const { ingress = [], egress = [] } = spec as unknown as PolicySpec;
    return (side === 'Ingress' ? ingress : egress).some(({ from, to, ports }) => {
      const peers = side === 'Ingress' ? from : to;
      const isPort = !ports || ports.some((one) => one.port === port && (one.protocol ?? 'TCP') === protocol);
      return isPort && (!peers || peers.some((one) => isMeant(peer, one, own.namespace)));
    });
  });
}

/** Whether a connection from one to the other is let out of the one and into the other. */
export function canReach(
  objects: readonly KubeObject[],
  { from, to, port, protocol = 'TCP' }: { from: Peer; to: Peer; port: number; protocol?: string },
): boolean {
  const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy');
  return (
    isAllowed(policies, 'Egress', { own: from, peer: to, port, protocol }) &&
    isAllowed(policies, 'Ingress', { own: to, peer: from, port, protocol })
  );
}

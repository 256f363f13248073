import { isSelected, type KubeObject, type Selector, type Workload, workloadsOf } from './objects.ts';

/** Everything that the restricted profile of pod security asks for, and a root that cannot be written. */
export const findUnrestricted = (objects: readonly KubeObject[]): string[] =>
  workloadsOf(objects).flatMap(({ object, pod, containers }) => {
    const name = `${object.kind} ${object.metadata.name}`;
    const { runAsNonRoot, runAsUser, seccompProfile } = pod.securityContext ?? {};
    return [
      ...(runAsNonRoot && runAsUser !== 0 ? [] : [`${name} may run as root`]),
      ...(seccompProfile?.type === 'RuntimeDefault' ? [] : [`${name} has no seccomp profile`]),
      ...(pod.automountServiceAccountToken === false ? [] : [`${name} mounts a token`]),
      ...(pod.enableServiceLinks === false ? [] : [`${name} has variables of Services`]),
      ...(pod.hostNetwork ? [`${name} is in the network of its node`] : []),
      ...(pod.volumes?.some(({ hostPath }) => hostPath) ? [`${name} mounts its node`] : []),
      ...containers.flatMap(({ name: container, securityContext: given = {} }) => [
        ...(given.allowPrivilegeEscalation === false && !given.privileged
          ? []
          : [`${name}: ${container} may gain rights`]),
        ...(given.readOnlyRootFilesystem ? [] : [`${name}: ${container} may write its root`]),
        ...(given.capabilities?.drop?.includes('ALL') && !given.capabilities.add
          ? []
          : [`${name}: ${container} has capabilities`]),
      ]),
    ];
  });

/** A Job ends by itself: it has neither probes nor a budget. */
const runsOn = ({ object }: Workload): boolean => object.kind !== 'Job' && object.kind !== 'CronJob';

export const findUnwatched = (objects: readonly KubeObject[]): string[] =>
  workloadsOf(objects)
    .filter(runsOn)
    .flatMap(({ object, labels, pod, containers }) => {
      const budgets = objects.filter(
        ({ kind, spec }) => kind === 'PodDisruptionBudget' && isSelected(spec?.selector as Selector, labels),
      );
      const name = `${object.kind} ${object.metadata.name}`;
      return [
        ...(budgets.length === 1 ? [] : [`${name} has ${budgets.length} budgets`]),
        ...(pod.topologySpreadConstraints?.every(({ labelSelector }) => isSelected(labelSelector, labels))
          ? []
          : [`${name} is not spread`]),
        ...containers.flatMap((one) => [
          ...(one.startupProbe && one.livenessProbe ? [] : [`${name}: ${one.name} lacks a probe`]),
          ...(one.readinessProbe || one.restartPolicy === 'Always'
            ? []
            : [`${name}: ${one.name} is never unready`]),
        ]),
      ];
    });

export const findUnbounded = (objects: readonly KubeObject[]): string[] =>
  workloadsOf(objects).flatMap(({ object, containers }) =>
    containers
      .filter(
        ({ resources: { requests, limits } = {} }) => !requests?.cpu || !requests.memory || !limits?.memory,
      )
      .map(({ name }) => `${object.kind} ${object.metadata.name}: ${name} has no bounds`),
  );

/** Names that lead nowhere: selectors, accounts, ports, volumes, configuration. */
export function findLoose(objects: readonly KubeObject[]): string[] {
  const has = (kind: string, name: string | undefined) =>
    objects.some((one) => one.kind === kind && one.metadata.name === name);
  const workloads = workloadsOf(objects);
  const services = objects.filter(({ kind }) => kind === 'Service');
  return [
    ...services
      .filter(
        ({ spec }) =>
          workloads.filter(({ labels }) =>
            isSelected({ matchLabels: spec?.selector as Record<string, string> }, labels),
          ).length !== 1,
      )
      .map(({ metadata }) => `Service ${metadata.name} leads nowhere, or to two`),
    ...findLoosePorts(objects),
    ...workloads.flatMap(({ object, labels, pod, containers }) => {
      const name = `${object.kind} ${object.metadata.name}`;
      const mounted = containers.flatMap(({ volumeMounts = [] }) => volumeMounts.map((one) => one.name));
      const volumes = (pod.volumes ?? []).map((one) => one.name);
      const maps = [
        ...containers.flatMap(({ envFrom = [] }) => envFrom.flatMap((one) => one.configMapRef?.name ?? [])),
        ...(pod.volumes ?? []).flatMap((one) => one.configMap?.name ?? []),
      ];
      const asked = containers.flatMap((one) =>
        [one.startupProbe, one.readinessProbe, one.livenessProbe, one.lifecycle?.preStop].flatMap((probe) => {
          const { port } = { ...probe?.httpGet, ...(probe && 'tcpSocket' in probe ? probe.tcpSocket : {}) };
          // The kubelet looks for a name in the container alone whose probe or hook it is.
          return typeof port === 'string' && !one.ports?.some(({ name }) => name === port) ? [port] : [];
        }),
      );
      const selector = object.spec?.selector as Selector | undefined;
      return [
        ...(selector && !isSelected(selector, labels) ? [`${name} does not select its pods`] : []),
        ...(pod.serviceAccountName && !has('ServiceAccount', pod.serviceAccountName)
          ? [`${name} has no account`]
          : []),
        ...mounted.filter((one) => !volumes.includes(one)).map((one) => `${name} mounts no volume ${one}`),
        ...volumes.filter((one) => !mounted.includes(one)).map((one) => `${name} does not use ${one}`),
        ...maps.filter((one) => !has('ConfigMap', one)).map((one) => `${name} has no ConfigMap ${one}`),
        ...asked.map((one) => `${name} has no port ${one}`),
      ];
    }),
  ];
}

interface ServicePort {
  name: string;
  port: number;
  targetPort: string | number;
}
const portsOf = (service: KubeObject | undefined) => (service?.spec?.ports ?? []) as ServicePort[];

/** Services whose pods lack a port, and ways in whose Service lacks one. */
function findLoosePorts(objects: readonly KubeObject[]): string[] {
  const workloads = workloadsOf(objects);
  const services = objects.filter(({ kind }) => kind === 'Service');
  const ofPods = services.flatMap((service) => {
    const matchLabels = service.spec?.selector as Record<string, string>;
    const given = workloads
      .filter(({ labels }) => isSelected({ matchLabels }, labels))
      .flatMap(({ containers }) => containers.flatMap(({ ports = [] }) => ports.map(({ name }) => name)));
    return portsOf(service)
      .filter(({ targetPort }) => typeof targetPort === 'string' && !given.includes(targetPort))
      .map(({ targetPort }) => `Service ${service.metadata.name} leads to no port ${targetPort}`);
  });
  const ways = objects.filter(({ kind }) => kind === 'HTTPRoute');
  const ofWays = ways.flatMap((way) =>
    backendsOf(way)
      .filter(({ service, port }) => {
        const ports = portsOf(services.find(({ metadata }) => metadata.name === service));
        return !ports.some((one) => one.port === port);
      })
      .map(({ service, port }) => `${way.kind} ${way.metadata.name} leads to no port ${port} of ${service}`),
  );
  return [...ofPods, ...ofWays];
}

/** Where an HTTPRoute leads. */
function backendsOf({ spec }: KubeObject): { service: string; port: number }[] {
  const { rules = [] } = spec as { rules?: { backendRefs?: { name: string; port: number }[] }[] };
  return rules.flatMap(({ backendRefs = [] }) =>
    backendRefs.map(({ name, port }) => ({ service: name, port })),
  );
}

import { parseAllDocuments } from 'yaml';

/** What the checks read of an object of Kubernetes; its whole shape is checked against the types of its version. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  spec?: Record<string, unknown>;
  data?: Record<string, string>;
}

interface EnvironmentEntry {
  name: string;
  value?: string;
}

interface Probe {
  httpGet?: { path: string; port: string | number };
  tcpSocket?: { port: string | number };
  failureThreshold?: number;
  periodSeconds?: number;
}

interface Container {
  name: string;
  image: string;
  restartPolicy?: string;
  env?: EnvironmentEntry[];
  envFrom?: { configMapRef?: { name: string } }[];
  ports?: { name: string; containerPort: number }[];
  lifecycle?: {
    preStop?: { httpGet?: { path: string; port: string | number }; sleep?: { seconds: number } };
  };
  startupProbe?: Probe;
  readinessProbe?: Probe;
  livenessProbe?: Probe;
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  securityContext?: {
    allowPrivilegeEscalation?: boolean;
    readOnlyRootFilesystem?: boolean;
    privileged?: boolean;
    capabilities?: { drop?: string[]; add?: string[] };
  };
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[];
}

export interface PodSpec {
  automountServiceAccountToken?: boolean;
  enableServiceLinks?: boolean;
  serviceAccountName?: string;
  priorityClassName?: string;
  hostNetwork?: boolean;
  terminationGracePeriodSeconds?: number;
  securityContext?: {
    runAsNonRoot?: boolean;
    runAsUser?: number;
    seccompProfile?: { type: string };
  };
  topologySpreadConstraints?: { topologyKey: string; labelSelector: Selector }[];
  initContainers?: Container[];
  containers: Container[];
  volumes?: {
    name: string;
    secret?: { secretName: string };
    configMap?: { name: string };
    hostPath?: unknown;
  }[];
}

export interface Selector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

/** A Deployment, StatefulSet, Job or CronJob, and the pod that it makes. */
export interface Workload {
  object: KubeObject;
  labels: Record<string, string>;
  pod: PodSpec;
  containers: Container[];
}

/** @throws Error for text that is no YAML, or has a key twice. */
export const parseObjects = (yaml: string): KubeObject[] =>
  parseAllDocuments(yaml).flatMap((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    const object = document.toJS() as KubeObject | null;
    return object === null ? [] : [object];
  });

export function workloadsOf(objects: readonly KubeObject[]): Workload[] {
  return objects.flatMap((object) => {
    const { jobTemplate = object } = (object.spec ?? {}) as { jobTemplate?: Pick<KubeObject, 'spec'> };
    const template = jobTemplate.spec?.template as
      | { metadata: { labels: Record<string, string> }; spec: PodSpec }
      | undefined;
    if (!template || object.kind === 'ScaledJob') return [];
    const { spec: pod } = template;
    const containers = [...(pod.initContainers ?? []), ...pod.containers];
    return [{ object, labels: template.metadata.labels, pod, containers }];
  });
}

export function isSelected(
  { matchLabels = {}, matchExpressions = [] }: Selector,
  labels: Readonly<Record<string, string>>,
): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === 'In') return value !== undefined && values.includes(value);
      throw new Error(`the checks do not know the operator ${operator}`);
    })
  );
}

/** @throws Error if there is none. */
export function requireObject(objects: readonly KubeObject[], kind: string, name: string): KubeObject {
  const found = objects.find((one) => one.kind === kind && one.metadata.name === name);
  if (!found) throw new Error(`there is no ${kind} ${name}`);
  return found;
}

import { join } from 'node:path';
import ts from 'typescript';
import type { KubeObject } from './objects.ts';

/** By the group of `apiVersion`. */
const packages: Readonly<Record<string, string>> = {
  'gateway.networking.k8s.io': '@kubernetes-models/gateway-api',
  'keda.sh': '@kubernetes-models/keda',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
};

const moduleOf = ({ apiVersion, kind }: KubeObject): string => {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return `${packages[group] ?? 'kubernetes-models'}/${apiVersion}/${kind}`;
};

/**
 * Checks objects against the types of their API: the compiler finds unknown fields and missing ones, at any depth,
 * and the schema wrong formats. @returns the faults.
 */
export async function findTypeFaults(objects: readonly KubeObject[]): Promise<string[]> {
  return [...compile(objects), ...(await validate(objects))];
}

function compile(objects: readonly KubeObject[]): string[] {
  const file = join(import.meta.dirname, 'manifests.virtual.ts');
  const lines = objects.map(
    (object, at) =>
      `export const o${at}: import(${JSON.stringify(moduleOf(object))}).I${object.kind} = ${JSON.stringify(object)};`,
  );
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.readFile = (name) => (name === file ? lines.join('\n') : readFile(name));
  host.getSourceFile = (name, target) =>
    name === file ? ts.createSourceFile(name, lines.join('\n'), target) : getSourceFile(name, target);
  const program = ts.createProgram([file], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText, start, file: where }) => {
    const line = where && start !== undefined ? where.getLineAndCharacterOfPosition(start).line : -1;
    const { kind, metadata } = objects[line] ?? { kind: '?', metadata: { name: '?' } };
    return `${kind} ${metadata.name}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

type ModelClass = new (object: KubeObject) => { validate(): void };

async function validate(objects: readonly KubeObject[]): Promise<string[]> {
  const faults: string[] = [];
  for (const object of objects) {
    const loaded = (await import(moduleOf(object))) as Record<string, ModelClass>;
    const Kind = loaded[object.kind];
    if (!Kind) throw new Error(`${moduleOf(object)} has no ${object.kind}`);
    try {
      new Kind(object).validate();
    } catch (error) {
      faults.push(`${object.kind} ${object.metadata.name}: ${(error as Error).message}`);
    }
  }
  return faults;
}

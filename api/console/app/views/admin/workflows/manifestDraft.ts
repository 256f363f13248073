import type { ManifestParam } from '@star-graph/workflows/manifest/manifestSchema';
import type { api } from '../../../session/session.ts';

/** The document of a workflow while it is edited: the server judges whether it is one. */
export type Manifest = Parameters<typeof api.adminCreateWorkflow>[0]['body'];
export type Param = ManifestParam;

export const listParams = ({ params }: Manifest): [name: string, param: Param][] =>
  Object.entries(params.properties);

export const putParam = (manifest: Manifest, name: string, param: Param): Manifest => ({
  ...manifest,
  params: { ...manifest.params, properties: { ...manifest.params.properties, [name]: param } },
});

/** People choose it no longer: the graph keeps its own value, and nothing else may speak of it. */
export function dropParam(manifest: Manifest, name: string): Manifest {
  const { [name]: _param, ...properties } = manifest.params.properties;
  const { [name]: _bound, ...binding } = manifest.binding;
  const { [name]: _example, ...example } = manifest.example ?? {};
  const required = (manifest.params.required ?? []).filter((one) => one !== name);
  const { times, megapixels, ...work } = manifest.work ?? {};
  return {
    ...manifest,
    params: { ...manifest.params, properties, required },
    binding,
    example,
    work: {
      ...work,
      ...(times && { times: times.filter((one) => one !== name) }),
      ...(megapixels && !megapixels.includes(name) && { megapixels }),
    },
  };
}

/** The graph needs a picture or film from somebody. */
export const mayDrop = (param: Param): boolean => !('x-asset' in param && param['x-asset']);

/** What it becomes in the graph: inputs of nodes. */
export const boundTo = ({ binding }: Manifest, name: string): string =>
  [binding[name] ?? []].flat().join(', ');

/** English is the title of every client; both languages where there are two. */
export function withTitle(param: Param, en: string, zh: string): Param {
  const { 'x-title': _both, ...rest } = param;
  return zh === '' ? { ...rest, title: en } : { ...rest, title: en, 'x-title': { en, 'zh-CN': zh } };
}

/** @param value undefined: it has none, so that the graph's own holds */
export function withValue<Key extends 'default' | 'minimum' | 'maximum'>(
  param: Param,
  key: Key,
  value: unknown,
): Param {
  const { [key]: _before, ...rest } = param as Param & Partial<Record<Key, unknown>>;
  // The server says whether the value suits the type.
  return (value === undefined ? rest : { ...rest, [key]: value }) as Param;
}

import type { ParamSchema } from '../params/paramsMeta.ts';
import type { MediaKind } from '../shared/mediaKinds.ts';

/** What a client knows of a workflow. */
interface Offered {
  name: string;
  params: Record<string, unknown>;
  engineOf?: string | undefined;
}

/** What a client knows of a task. */
interface Made {
  workflow: string;
  params: Record<string, unknown>;
  /** Of the result; undefined: there is none any more. */
  kind: MediaKind | undefined;
}

/** Whether the workflow needs nothing but what the task and its result have, so that "again with…" may offer it. */
export function fitsResult(offered: Offered, made: Made, madeAs: string = made.workflow): boolean {
  if (offered.name === made.workflow) return false;
  const { properties = {}, required = [] } = offered.params as ParamSchema;
  const isSameName = (offered.engineOf ?? offered.name) === madeAs;
  const assets = Object.entries(properties).filter(([, schema]) => schema['x-asset'] !== undefined);
  return required.every((param) => {
    const schema = properties[param] ?? {};
    if (schema.enum !== undefined && schema['x-options'] === undefined) return true;
    const kind = schema['x-asset'];
    if (kind === undefined || isSameName) return !isEmpty(made.params[param]);
    return param === assets[0]?.[0] && kind === made.kind;
  });
}

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '';

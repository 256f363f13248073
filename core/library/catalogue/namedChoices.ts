import type { Workflow, WorkflowParams } from '@star-graph/workflows';

/** A value that only an inventory knows, and its place in the params. */
export interface NamedChoice {
  classType: string;
  input: string;
  value: string;
  /** RFC 6901. */
  pointer: string;
  param: string;
}

/** Every value of `inventoryParams`, given or filled in. */
export function namedChoices(workflow: Workflow, params: WorkflowParams): NamedChoice[] {
  return Object.entries(workflow.inventoryParams).flatMap(([param, { classType, input, property }]) => {
    const given = params[param];
    const values =
      property === undefined
        ? [{ value: given, pointer: `/${param}` }]
        : (Array.isArray(given) ? given : []).map((item: unknown, index) => ({
            value: propertyOf(item, property),
            pointer: `/${param}/${index}/${property}`,
          }));
    return values.flatMap(({ value, pointer }) =>
      typeof value === 'string' ? [{ classType, input, value, pointer, param }] : [],
    );
  });
}

const propertyOf = (item: unknown, property: string): unknown =>
  typeof item === 'object' && item !== null
    ? Object.entries(item).find(([key]) => key === property)?.[1]
    : undefined;

/** Equal for requests with the same needs: only params that choose nodes, files or names of an inventory count. */
export function needsKeyOf(workflow: Workflow, params: WorkflowParams): string {
  const known = needsKeys.get(params);
  if (known?.workflow === workflow) return known.key;
  const key = toNeedsKey(workflow, params);
  needsKeys.set(params, { workflow, key });
  return key;
}

/** Whether the workflow can read stored params: those that a release with another schema wrote may lack what it needs. */
export const isReadable = (workflow: Workflow, params: WorkflowParams): boolean =>
  findReadFault(workflow, params) === undefined;

/** What the workflow throws at stored params that it cannot read. */
export function findReadFault(workflow: Workflow, params: WorkflowParams): { cause: unknown } | undefined {
  try {
    needsKeyOf(workflow, params);
    return undefined;
  } catch (cause) {
    return { cause };
  }
}

/** The same params are compared with every backend in every plan, and never change. */
const needsKeys = new WeakMap<WorkflowParams, { workflow: Workflow; key: string }>();

function toNeedsKey(workflow: Workflow, params: WorkflowParams): string {
  const choices = namedChoices(workflow, params).map(({ pointer, value }) => [pointer, value]);
  const files = workflow.models(params);
  const others = workflow.needs ? [workflow.needs(params)] : [];
  return JSON.stringify([workflow.digest, workflow.nodeClasses(params), files, choices, ...others]);
}

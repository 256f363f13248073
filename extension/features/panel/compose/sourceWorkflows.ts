import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import { type FileKind, isFileKind } from '@star-graph/workflows/shared/mediaKinds';

/** The file that a workflow starts from. */
interface Source {
  param: string;
  kind: FileKind;
}

/** Undefined of a workflow that needs none. */
export function findSource({ params }: Pick<WorkflowView, 'params'>): Source | undefined {
  const { properties = {}, required = [] } = params as ParamSchema;
  const [param, schema] = Object.entries(properties).find(([, one]) => one['x-asset'] !== undefined) ?? [];
  if (param === undefined || schema === undefined || !required.includes(param)) return undefined;
  return { param, kind: isFileKind(schema['x-asset']) ? schema['x-asset'] : 'image' };
}

/** The workflows that start from such a source. Engines of one of them are left out: its form has them as models. */
export function listStarting(listed: readonly WorkflowView[], kind: FileKind): WorkflowView[] {
  const starting = listed.filter((workflow) => findSource(workflow)?.kind === kind);
  const names = new Set(starting.map(({ name }) => name));
  return starting.filter(({ engineOf }) => engineOf === undefined || !names.has(engineOf));
}

/** The one that the form shows first: as wished, or another that runs now if that one does not. */
export function chooseFirst(offered: readonly WorkflowView[], wished: string): WorkflowView | undefined {
  const isWished = ({ name }: WorkflowView) => name === wished;
  return (
    offered.find((workflow) => isWished(workflow) && workflow.available) ??
    offered.find(({ available }) => available) ??
    offered.find(isWished) ??
    offered[0]
  );
}

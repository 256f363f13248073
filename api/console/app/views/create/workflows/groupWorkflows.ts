import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import { type FileKind, isFileKind, isSeen } from '@star-graph/workflows/shared/mediaKinds';

/** What people want to do, in the order in which they are shown. */
const workflowGroups = ['text', 'picture', 'edit', 'enlarge', 'film', 'other'] as const;
export type WorkflowGroup = (typeof workflowGroups)[number];

/** The workflows that people choose from: engines of a name stand behind that name. */
export const listNamed = (listed: readonly WorkflowView[]): WorkflowView[] =>
  listed.filter(({ engineOf }) => engineOf === undefined || !listed.some(({ name }) => name === engineOf));

/** Groups without a workflow are left out. */
export function groupWorkflows(
  listed: readonly WorkflowView[],
): { group: WorkflowGroup; workflows: WorkflowView[] }[] {
  const named = listNamed(listed);
  return workflowGroups.flatMap((group) => {
    const workflows = named.filter((workflow) => groupOf(workflow) === group);
    return workflows.length === 0 ? [] : [{ group, workflows: workflows.toSorted(compareAvailable) }];
  });
}

const compareAvailable = (a: WorkflowView, b: WorkflowView): number =>
  Number(b.available) - Number(a.available);

export function groupOf(workflow: WorkflowView): WorkflowGroup {
  const properties = propertiesOf(workflow);
  const takes = Object.values(properties).map((schema) => schema['x-asset']);
  if (!isSeen(workflow.outputKind)) return 'other';
  if (workflow.outputKind === 'video' || takes.includes('video')) return 'film';
  if (workflow.type === 'upscale') return 'enlarge';
  if (workflow.type === 'inpaint' || 'mask' in properties) return 'edit';
  if (!takes.includes('image')) return 'text';
  return 'prompt' in properties ? 'picture' : 'edit';
}

export const propertiesOf = ({ params }: Pick<WorkflowView, 'params'>): Record<string, ParamSchema> =>
  (params as ParamSchema).properties ?? {};

/** The parameters that take a picture, film or sound, in the schema's order; a mask is drawn and not given. */
export const assetParamsOf = (workflow: Pick<WorkflowView, 'params'>): { param: string; media: FileKind }[] =>
  Object.entries(propertiesOf(workflow)).flatMap(([param, schema]) => {
    const media = schema['x-asset'];
    return param !== 'mask' && isFileKind(media) ? [{ param, media }] : [];
  });

/** What the view opens with. */
export function chooseWorkflow(
  listed: readonly WorkflowView[],
  ...wanted: (string | undefined)[]
): WorkflowView | undefined {
  const named = listNamed(listed);
  const find = (name: string | undefined) => {
    const served = listed.find((one) => one.name === name)?.engineOf ?? name;
    return named.find((one) => one.name === served);
  };
  for (const name of wanted) {
    const found = find(name);
    if (found) return found;
  }
  const first = groupWorkflows(listed).flatMap(({ workflows }) => workflows);
  return find('text2img') ?? first.find(({ available }) => available) ?? first[0];
}

import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { FormSource } from '@star-graph/ui/form/createForm';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import type { Control } from './engine/board.ts';
import { type FrameLimits, usualLimits } from './engine/frame.ts';
import type { Way } from './engine/ways.ts';

/** What the canvas gives by itself: its form does not ask for them. */
const given = [
  ...[
    'image',
    'image2',
    'image3',
    'image4',
    'mask',
    'control',
    'reference',
    'strength',
    'controlStart',
    'controlEnd',
  ],
  ...['width', 'height', 'left', 'top', 'right', 'bottom', 'feathering'],
];

const schemaOf = ({ params }: Pick<WorkflowView, 'params'>): ParamSchema => params as ParamSchema;

/** The form of a way, without what the frame says. */
export function trimForm(source: FormSource): FormSource {
  const trim = (view: WorkflowView): WorkflowView => {
    const { properties = {}, required = [], ...schema } = schemaOf(view);
    const kept = Object.entries(properties).filter(([name]) => !given.includes(name));
    const params = {
      ...schema,
      properties: Object.fromEntries(kept),
      required: required.filter((name) => !given.includes(name)),
    };
    return { ...view, params: params as WorkflowView['params'] };
  };
  return { ...source, listed: source.listed.map(trim), workflow: trim(source.workflow) };
}

/** Those that can go a way, the best first. */
const workflowsOf = (way: Way['name']): readonly string[] =>
  way === 'control'
    ? ['z-image-control', 'pose']
    : way === 'edit'
      ? ['flux2-klein-edit', 'qwen-edit-2511', 'qwen-image-edit']
      : [way];

/** The workflow that goes a way, rather one that can run now; undefined where the pool has none. */
export function findWorkflow(listed: readonly WorkflowView[], way: Way['name']): WorkflowView | undefined {
  const found = workflowsOf(way).flatMap((wanted) => listed.find(({ name }) => name === wanted) ?? []);
  return found.find(({ available }) => available) ?? found[0];
}

/** Which sizes the model of a request takes: a picture that is given sets its own. */
export function limitsOf(view: WorkflowView | undefined): FrameLimits {
  const { width } = (view && schemaOf(view).properties) ?? {};
  if (width?.type !== 'integer') return usualLimits;
  const step = width['x-grid']?.step ?? width.multipleOf ?? usualLimits.step;
  return {
    step: Math.max(8, step),
    least: Math.max(64, width.minimum ?? usualLimits.least),
    most: Math.min(4_096, width.maximum ?? usualLimits.most),
  };
}

/** Pictures that a way needs, by their parameters. */
export interface Inputs {
  image?: string | undefined;
  mask?: string | undefined;
  image2?: string | undefined;
  image3?: string | undefined;
  image4?: string | undefined;
  control?: Control | undefined;
}

/** Whether what is followed can be left alone in some of the steps. */
export const takesRange = (workflow: Pick<WorkflowView, 'params'> | undefined): boolean =>
  workflow !== undefined && 'controlEnd' in (schemaOf(workflow).properties ?? {});

/** What the frame says, as parameters. */
export function paramsOf(
  workflow: Pick<WorkflowView, 'params'>,
  way: Way,
  { width, height }: { width: number; height: number },
  inputs: Inputs,
): Record<string, unknown> {
  if (way.name === 'text2img') return { width, height };
  if (way.name === 'img2img') return { image: inputs.image };
  if (way.name === 'control') {
    const { follow, reference, strength, start = 0, end = 1 } = inputs.control ?? {};
    const range = takesRange(workflow) ? { controlStart: start, controlEnd: end } : {};
    return { image: inputs.image, control: follow, reference, strength, ...range };
  }
  if (way.name === 'edit') {
    const { control: _, mask: __, ...pictures } = inputs;
    const known = schemaOf(workflow).properties ?? {};
    return Object.fromEntries(
      Object.entries(pictures).filter(([name, id]) => id !== undefined && name in known),
    );
  }
  if (way.name !== 'outpaint') return { image: inputs.image, mask: inputs.mask };
  const { x, y, width: across, height: down } = way.picture;
  return {
    image: inputs.image,
    left: x,
    top: y,
    right: width - x - across,
    bottom: height - y - down,
    feathering: 0,
  };
}

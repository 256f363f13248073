import type { EngineView, WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import type { Form } from '@star-graph/ui/form/createForm';
import { findFaults } from '@star-graph/ui/form/findFaults';
import { fitNumber } from '@star-graph/ui/form/fitValue';
import { type FormDraft, readSize, readValue, writeValue } from '@star-graph/ui/form/formDraft';
import type { FieldOf } from '@star-graph/ui/form/formField';
import type { Wish } from '../wish.ts';
import { wishOf } from '../wishOf.ts';
import { propertiesOf } from '../workflows/groupWorkflows.ts';

/** Fewer leave little to choose from. */
const leastDrafts = 4;
/** Models that were trained on a megapixel compose badly below it. */
const leastSide = 640;
/** What finishing does to both sides, so half of them are drawn at first. */
const finishScale = 2;

/**
 * What the form asks for, drawn small and in few steps, at least four times; undefined where the form has no steps to
 * spare, draws from a picture, or is not filled in.
 */
export function quickWish(workflow: string, form: Form, draft: FormDraft): Wish | undefined {
  const { presets, fields } = form;
  const size = fields.find(({ kind }) => kind === 'size') as FieldOf<'size'> | undefined;
  if (!presets || !size || fields.some(({ kind }) => kind === 'asset')) return undefined;
  let own = draft;
  for (const [name, value] of Object.entries(presets.draft)) own = writeValue(form, own, name, value);
  const { width, height } = readSize(form, draft, size);
  if (width === undefined || height === undefined) return undefined;
  const share = Math.min(1, Math.max(1 / finishScale, leastSide / Math.min(width, height)));
  own = writeValue(form, own, 'width', fitNumber(width * share, size.width));
  own = writeValue(form, own, 'height', fitNumber(height * share, size.height));
  const count = fields.find(({ name }) => name === 'count');
  if (count?.kind === 'number') {
    const asked = Number(readValue(form, draft, count) ?? 1);
    own = writeValue(form, own, 'count', fitNumber(Math.max(asked, leastDrafts), count));
  }
  return findFaults(form, own).length > 0 ? undefined : { ...wishOf(workflow, form, own), isQuick: true };
}

/** Those that draw a picture's details anew, the better first: a quick draft has few of its own. */
const finishers = ['z-image-refine', 'seedvr2-image'];

/** What finishes a picture here; undefined: nothing can enlarge it now. */
export function findFinisher(listed: readonly WorkflowView[]): EngineView | undefined {
  const upscale = listed.find(({ name }) => name === 'upscale');
  const ready = (upscale?.engines ?? []).filter(({ available }) => available);
  return finishers.flatMap((name) => ready.find(({ workflow }) => workflow === name) ?? [])[0] ?? ready[0];
}

/** Enlarges one result and draws its details anew, by the words that it was drawn by where the model takes some. */
export function finishWish(
  listed: readonly WorkflowView[],
  task: Pick<TaskView, 'id' | 'params' | 'outputs'>,
  output: number,
): Wish | undefined {
  const engine = findFinisher(listed);
  const picture = task.outputs[output];
  if (!engine || !picture?.mime.startsWith('image/')) return undefined;
  const form = listed.find(({ name }) => name === engine.workflow);
  const { prompt } = task.params;
  const takesWords = form && 'prompt' in propertiesOf(form) && typeof prompt === 'string';
  return {
    workflow: 'upscale',
    params: {
      image: picture.id,
      scale: finishScale,
      model: engine.model,
      ...(takesWords && { prompt }),
    },
    meta: { parentId: task.id },
    count: 1,
    aspect: picture.width / picture.height,
  };
}

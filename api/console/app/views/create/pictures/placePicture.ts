import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { isAssetValue } from '@star-graph/ui/form/fitValue';
import type { FormDraft } from '@star-graph/ui/form/formDraft';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import { type FileKind, fileKinds } from '@star-graph/workflows/shared/mediaKinds';
import {
  assetParamsOf,
  groupOf,
  listNamed,
  propertiesOf,
  type WorkflowGroup,
} from '../workflows/groupWorkflows.ts';

export interface Place {
  workflow: WorkflowView;
  param: string;
}

/** Where a picture goes that was not given to a field: the open form, or the form that people mean most by a picture. */
export function placePicture(
  listed: readonly WorkflowView[],
  open: { workflow: WorkflowView; draft: FormDraft },
  media: FileKind,
): Place | undefined {
  return placeIn(open.workflow, open.draft, media) ?? placeElsewhere(listed, media);
}

/** The first empty place, else the first. */
function placeIn(workflow: WorkflowView, draft: FormDraft, media: FileKind): Place | undefined {
  const first = placesOf(workflow, media)[0];
  return findFree(workflow, draft, media) ?? (first === undefined ? undefined : { workflow, param: first });
}

/** A place that has no picture yet. */
export function findFree(workflow: WorkflowView, draft: FormDraft, media: FileKind): Place | undefined {
  const param = placesOf(workflow, media).find((one) => !isAssetValue(draft.values[one]));
  return param === undefined ? undefined : { workflow, param };
}

/** Where something published goes that was made from a picture: into its own form, or where words change it. */
export function placePublished(
  listed: readonly WorkflowView[],
  { workflow, draft }: { workflow: WorkflowView; draft: FormDraft },
  media: FileKind | undefined,
): Place | undefined {
  const free = media && findFree(workflow, draft, media);
  return free && !('prompt' in propertiesOf(workflow)) ? placeElsewhere(listed, media) : free;
}

/** A place without which the form makes nothing. */
export function findNeeded(
  { workflow, draft }: { workflow: WorkflowView; draft: FormDraft },
  media: FileKind,
): Place | undefined {
  const free = findFree(workflow, draft, media);
  const { required = [] } = workflow.params as ParamSchema;
  return free && required.includes(free.param) ? free : undefined;
}

const placesOf = (workflow: WorkflowView, media: FileKind): string[] =>
  assetParamsOf(workflow).flatMap((one) => (one.media === media ? [one.param] : []));

const usualGroups: Record<FileKind, readonly WorkflowGroup[]> = {
  image: ['picture', 'edit', 'enlarge', 'film'],
  video: ['film'],
  audio: ['film'],
};

function placeElsewhere(listed: readonly WorkflowView[], media: FileKind): Place | undefined {
  const named = listNamed(listed).filter(({ available }) => available);
  for (const group of usualGroups[media]) {
    for (const workflow of named.filter((one) => groupOf(one) === group)) {
      const [first] = assetParamsOf(workflow);
      if (first?.media === media) return { workflow, param: first.param };
    }
  }
  return undefined;
}

export const mediaOf = (mime: string): FileKind | undefined =>
  fileKinds.find((kind) => mime.startsWith(`${kind}/`));

import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';

/** What can be made of a picture. */
export type FurtherWay = 'vary' | 'upscale' | 'animate' | 'edit';

interface Schema {
  properties?: Readonly<Record<string, { 'x-asset'?: string }>>;
}

/** The first workflow that is on offer for each way; engines stand behind the name they serve. */
export function findFurtherWays(
  listed: readonly WorkflowView[],
  media: 'image' | 'video',
): Partial<Record<FurtherWay, string>> {
  const ways: Partial<Record<FurtherWay, string>> = {};
  for (const workflow of listed) {
    const way = wayOf(workflow, media);
    if (way && workflow.available && workflow.engineOf === undefined) ways[way] ??= workflow.name;
  }
  return ways;
}

function wayOf({ params, type, outputKind }: WorkflowView, media: 'image' | 'video'): FurtherWay | undefined {
  const properties = (params as Schema).properties ?? {};
  const takes = Object.values(properties).some((schema) => schema['x-asset'] === media);
  if (!takes) return undefined;
  if (type === 'upscale') return 'upscale';
  if (outputKind === 'video') return media === 'image' ? 'animate' : 'vary';
  if ('mask' in properties) return 'edit';
  return 'prompt' in properties ? 'vary' : undefined;
}

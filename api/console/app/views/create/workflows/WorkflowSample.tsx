import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { kindIcons } from '@star-graph/ui/pictures/KindMark.tsx';
import {
  AudioLines,
  Brush,
  Film,
  type IconNode,
  Image,
  Maximize2,
  PenLine,
  ScanText,
  Sparkles,
} from 'lucide';
import { assetParamsOf, groupOf, type WorkflowGroup } from './groupWorkflows.ts';
import './workflows.css';

export const groupIcons: Readonly<Record<WorkflowGroup, IconNode>> = {
  text: Sparkles,
  picture: Image,
  edit: Brush,
  enlarge: Maximize2,
  film: Film,
  other: AudioLines,
};

/** Of one without a sample: what comes out of it. */
function iconOf(workflow: WorkflowView): IconNode {
  const { outputKind } = workflow;
  if (outputKind === 'audio' || outputKind === 'model3d') return kindIcons[outputKind];
  if (outputKind === 'text') return assetParamsOf(workflow).length > 0 ? ScanText : PenLine;
  return groupIcons[groupOf(workflow)];
}

/** A picture of what it makes. */
export function WorkflowSample({ workflow }: { workflow: WorkflowView }) {
  const sample = sampleOf(workflow.name);
  return (
    <span class="workflow-sample">
      {sample === undefined ? (
        <Icon icon={iconOf(workflow)} size={24} />
      ) : (
        <img src={sample} alt="" width="114" height="76" loading="lazy" />
      )}
    </span>
  );
}

/** A picture of what a workflow makes, for those that ship. The build gives each a name of its own. */
const samples: Readonly<Record<string, string>> = {
  text2img: new URL('./samples/text2img.webp', import.meta.url).href,
  img2img: new URL('./samples/img2img.webp', import.meta.url).href,
  pose: new URL('./samples/pose.webp', import.meta.url).href,
  upscale: new URL('./samples/upscale.webp', import.meta.url).href,
  inpaint: new URL('./samples/inpaint.webp', import.meta.url).href,
  'remove-background': new URL('./samples/remove-background.webp', import.meta.url).href,
  interpolate: new URL('./samples/interpolate.webp', import.meta.url).href,
  'seedvr2-video': new URL('./samples/seedvr2-video.webp', import.meta.url).href,
  outpaint: new URL('./samples/outpaint.webp', import.meta.url).href,
  img2video: new URL('./samples/img2video.webp', import.meta.url).href,
  text2video: new URL('./samples/text2video.webp', import.meta.url).href,
};

const sampleOf = (workflow: string): string | undefined =>
  Object.hasOwn(samples, workflow) ? samples[workflow] : undefined;

import { Icon } from '@star-graph/ui/Icon.tsx';
import { Brush, Film, type IconNode, Image, Maximize2, Sparkles } from 'lucide';
import type { WorkflowGroup } from './groupWorkflows.ts';
import { sampleOf } from './samples.ts';
import './workflows.css';

export const groupIcons: Readonly<Record<WorkflowGroup, IconNode>> = {
  text: Sparkles,
  picture: Image,
  edit: Brush,
  enlarge: Maximize2,
  film: Film,
};

/** A picture of what it makes. */
export function WorkflowSample({ name, group }: { name: string; group: WorkflowGroup }) {
  const sample = sampleOf(name);
  return (
    <span class="workflow-sample">
      {sample === undefined ? (
        <Icon icon={groupIcons[group]} size={24} />
      ) : (
        <img src={sample} alt="" width="114" height="76" loading="lazy" />
      )}
    </span>
  );
}

import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Facts } from '@star-graph/ui/layout/Card.tsx';
import { formatDuration } from '@star-graph/ui/texts/formats';
import { FileBraces } from 'lucide';
import { workflows } from '../../../data/catalogue.ts';
import { isOwnGraph } from '../../../data/ownGraph.ts';
import { saveBlob } from '../../../data/saveBlob.ts';
import { texts } from './texts.ts';
import { assetIdsIn } from './useDetail.ts';

/** Shown above, or a picture. */
const shownElsewhere = new Set(['prompt', 'model']);

const isNone = (value: unknown): boolean => value === '' || (Array.isArray(value) && value.length === 0);

/** With what a task was made. */
export function Parameters({ task }: { task: TaskView }) {
  const known = Object.entries(task.params).filter(
    ([name, value]) => !shownElsewhere.has(name) && !isNone(value) && assetIdsIn({ value }).length === 0,
  );
  return (
    <details class="detail-parameters">
      <summary>{texts.parameters}</summary>
      <Facts
        facts={[
          ...(isOwnGraph(task)
            ? listTerms(task)
            : known.map(([name, value]) => [nameParam(task, name), sayValue(value)] as const)),
          [texts.task, <code key="task">{task.id}</code>],
        ]}
      />
    </details>
  );
}

/** A graph is for a program to read: it is saved, and opens in ComfyUI. */
function listTerms({ id, params }: TaskView) {
  const { graph, mostSeconds, creditsPerSecond } = params;
  const save = () =>
    saveBlob(new Blob([JSON.stringify(graph, null, 2)], { type: 'application/json' }), `graph-${id}.json`);
  return [
    [
      texts.graph,
      <Button key="graph" size="small" icon={FileBraces} onClick={save}>
        {texts.saveGraph}
      </Button>,
    ],
    [texts.mostTime, typeof mostSeconds === 'number' && formatDuration(mostSeconds)],
    [texts.rate, typeof creditsPerSecond === 'number' && texts.perSecond(creditsPerSecond)],
  ] as const;
}

/** As the form names it, where it has a name. */
function nameParam({ workflow }: TaskView, param: string): string {
  const schema = workflows.value?.find(({ name }) => name === workflow.name)?.params as
    | { properties?: Readonly<Record<string, { title?: unknown }>> }
    | undefined;
  const title = schema?.properties?.[param]?.title;
  return typeof title === 'string' ? title : param.replaceAll('_', ' ');
}

function sayValue(value: unknown): string {
  if (typeof value === 'boolean') return value ? texts.yes : texts.no;
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.map(sayValue).join(', ');
  if (typeof value === 'object' && value !== null) return Object.values(value).map(sayValue).join(' · ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

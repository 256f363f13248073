import type { Workflow } from '@star-graph/workflows';
import { modelNameOf } from '@star-graph/workflows/engines';
import { isSeen, mediaKindOf } from '@star-graph/workflows/shared/mediaKinds';
import {
  type Origin,
  type Translation,
  translateParams,
} from '@star-graph/workflows/translation/translateParams';
import type { Database } from '../../ground/db/connect.ts';
import type { Catalogue } from '../../library/catalogue/catalogue.ts';
import { requireTaskWithOutputs, type TaskWithOutputs } from './findTasks.ts';

interface TranslationRequest {
  taskId: string;
  /** The person whose task it must be. */
  userId: string;
  /** What to make it with. */
  workflowName: string;
  /** Which of the results counts, from 0. */
  output: number;
}

interface TranslatedTask extends Translation {
  workflow: Workflow;
}

/**
 * The nearest params of another workflow for what a task made. A request with them runs that workflow and no other
 * engine of its name. Changes nothing.
 * @throws Problem `not-found` (task, workflow).
 */
export async function translateTask(
  deps: { database: Database; catalogue: Catalogue },
  request: TranslationRequest,
): Promise<TranslatedTask> {
  const found = await requireTaskWithOutputs(deps.database, request.taskId, request.userId);
  const { workflowName, workflowVersion, params } = found.task;
  const to = await deps.catalogue.requireWorkflow(request.workflowName);
  const from =
    (await deps.catalogue.loadWorkflow(workflowName, workflowVersion)) ??
    // The version that it ran on is gone with an earlier release.
    (await deps.catalogue.requireWorkflow(workflowName));
  const result = resultOf(found, request.output);
  const translated = translateParams({ workflow: from, params, ...(result && { result }) }, to);
  return { ...translated, params: pin(to, translated.params), workflow: to };
}

function resultOf({ outputs }: TaskWithOutputs, position: number): Origin['result'] | undefined {
  const output = outputs.find((asset) => asset.position === position);
  if (!output) return undefined;
  const { id, mime, width, height } = output;
  const kind = mediaKindOf(mime);
  return isSeen(kind) ? { id, width, height, kind } : undefined;
}

/** A request without `model` may run another engine. */
const pin = (to: Workflow, params: Translation['params']): Translation['params'] =>
  to.engine?.of === to.name && params.model === undefined ? { ...params, model: modelNameOf(to) } : params;

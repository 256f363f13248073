import type { Workflow, WorkflowParams } from '@star-graph/workflows';
import { namedChoices } from '../../catalogue/namedChoices.ts';
import { Problem } from '../../errors.ts';
import { isAllowedModel, isAllowedWorkflow, type QuotasInForce } from '../../roles/quotas.ts';

type Allowed = Pick<QuotasInForce, 'workflows' | 'models'>;

/** @throws Problem `forbidden`, naming the workflow. */
export function requireAllowedWorkflow(allowed: Allowed, name: string): void {
  if (isAllowedWorkflow(allowed, name)) return;
  throw new Problem(
    'forbidden',
    `You may not use the workflow ${name}. GET /api/v1/workflows lists those that you may; an administrator can allow more.`,
  );
}

/**
 * Looks at every model file that the task would load, chosen or not.
 * @throws Problem `forbidden`, naming the files, with a pointer for each that can be chosen.
 */
export function requireAllowedModels(allowed: Allowed, workflow: Workflow, params: WorkflowParams): void {
  if (allowed.models === null) return;
  const refused = workflow.models(params).filter((model) => !isAllowedModel(allowed, model));
  if (refused.length === 0) return;
  const names = new Set(refused.map(({ name }) => name));
  throw new Problem(
    'forbidden',
    `You may not use ${[...names].join(', ')}. GET /api/v1/models lists the files that you may; an administrator can allow more.`,
    {
      errors: namedChoices(workflow, params)
        .filter(({ value }) => names.has(value))
        .map(({ pointer, value }) => ({ pointer, message: `You may not use ${value}. Choose another.` })),
    },
  );
}

import type { Workflow, WorkflowParams } from '@star-graph/workflows';
import { modelNameOf } from '@star-graph/workflows/engines';
import { findModelFolder } from '@star-graph/workflows/models/loaders';
import { Problem } from '../../../ground/errors.ts';
import { unknownNamesProblem } from '../../../library/catalogue/availability.ts';
import type { Access } from '../../../library/catalogue/models/access.ts';
import { namedChoices } from '../../../library/catalogue/namedChoices.ts';
import { unknownName } from '../../../library/catalogue/unknownNames.ts';

const licenceSentence = (names: string): string =>
  `The licence of ${names} does not allow that its pictures are sold, and this platform refuses such models. Choose another one.`;

/** @throws Problem `forbidden`, naming the workflow. */
export function requireAllowedWorkflow(access: Access, workflow: Pick<Workflow, 'name' | 'engine'>): void {
  const why = access.whyNotWorkflow(workflow);
  if (why === undefined) return;
  throw new Problem(
    'forbidden',
    why === 'licence'
      ? licenceSentence(modelNameOf(workflow))
      : `You may not use the workflow ${workflow.name}. GET /api/v1/workflows lists those that you may; an administrator can allow more.`,
  );
}

/**
 * Looks at every model file that the task would load, chosen or not.
 * @throws Problem `forbidden`, naming the files, with a pointer for each that can be chosen.
 */
export function requireAllowedModels(access: Access, workflow: Workflow, params: WorkflowParams): void {
  const refused = workflow
    .models(params)
    .flatMap((model) => ({ name: model.name, why: access.whyNotModel(model) }))
    .filter(({ why }) => why !== undefined);
  if (refused.length === 0) return;
  const names = new Set(refused.map(({ name }) => name));
  const listed = [...names].join(', ');
  throw new Problem(
    'forbidden',
    refused.every(({ why }) => why === 'licence')
      ? licenceSentence(listed)
      : `You may not use ${listed}. GET /api/v1/models lists the files that you may; an administrator can allow more.`,
    {
      errors: namedChoices(workflow, params)
        .filter(({ value }) => names.has(value))
        .map(({ pointer, value }) => ({ pointer, message: `You may not use ${value}. Choose another.` })),
    },
  );
}

/**
 * A hidden model that the person names is refused as a name that nobody knows.
 * @param findUnasked the params of a request that names no model: what it would get is no secret.
 * @throws Problem `invalid-params` with a pointer for each.
 */
export async function requireVisible(
  access: Access,
  workflow: Workflow,
  params: WorkflowParams,
  findUnasked: () => Promise<WorkflowParams>,
): Promise<void> {
  const hidden = namedChoices(workflow, params).filter(({ classType, input, value }) => {
    const folder = findModelFolder(classType, input);
    return folder !== undefined && access.isHidden({ folder, name: value });
  });
  if (hidden.length === 0) return;
  const unasked = await findUnasked();
  const named = hidden.filter(({ param, value }) => unasked[param] !== value);
  if (named.length > 0) throw unknownNamesProblem(named.map(unknownName));
}

import type { ModelRequirement, Workflow, WorkflowParams } from '@star-graph/workflows';
import { findMissing } from '../comfy/inventory.ts';
import { type Capability, choicesOf } from './capability.ts';

/** A value of an enumeration that only an inventory knows, and where in the params it stands. */
export interface NamedChoice {
  classType: string;
  input: string;
  value: string;
  /** RFC 6901. */
  pointer: string;
  param: string;
}

/** What a workflow bound to its params asks of a backend. */
export interface Needs {
  nodeClasses: readonly string[];
  models: readonly ModelRequirement[];
  choices: readonly NamedChoice[];
}

/** The part of the needs that a backend lacks. */
export type Shortage = Needs;

export const needsOf = (workflow: Workflow, params: WorkflowParams): Needs => ({
  nodeClasses: workflow.nodeClasses(params),
  models: workflow.models(params),
  choices: namedChoices(workflow, params),
});

/** Every value of `inventoryParams` that is given or filled in. */
export function namedChoices(workflow: Workflow, params: WorkflowParams): NamedChoice[] {
  const choices: NamedChoice[] = [];
  for (const [param, { classType, input, property }] of Object.entries(workflow.inventoryParams)) {
    const given = params[param];
    if (property === undefined) {
      if (typeof given === 'string')
        choices.push({ classType, input, value: given, pointer: `/${param}`, param });
      continue;
    }
    for (const [index, item] of (Array.isArray(given) ? given : []).entries()) {
      const value: unknown = item?.[property];
      if (typeof value === 'string')
        choices.push({ classType, input, value, pointer: `/${param}/${index}/${property}`, param });
    }
  }
  return choices;
}

export function findShortage(needs: Needs, capability: Capability): Shortage {
  const missing = findMissing(capability, needs);
  return {
    ...missing,
    // A class that is not installed is missing already; an input without choices accepts whatever is given.
    choices: needs.choices.filter((choice) => {
      const choices = choicesOf(capability, choice);
      return choices !== undefined && !choices.includes(choice.value);
    }),
  };
}

export const isSatisfied = (shortage: Shortage): boolean =>
  shortage.nodeClasses.length === 0 && shortage.models.length === 0 && shortage.choices.length === 0;

/** Each lack once, in words: a model file is both a requirement and the value of a choice. */
export function describeShortage(shortage: Shortage): string[] {
  const modelNames = new Set(shortage.models.map(({ name }) => name));
  return [
    ...shortage.nodeClasses.map((nodeClass) => `the node ${nodeClass}`),
    ...shortage.models.map(({ folder, name }) => `${folder}/${name}`),
    ...shortage.choices
      .filter(({ value }) => !modelNames.has(value))
      .map(({ param, value }) => `${param} ${value}`),
  ];
}

import type { Workflow } from './workflow.ts';

/** A workflow, or what a client knows of one. */
interface Named {
  name: string;
  engine: Workflow['engine'];
}

/** What does the same as the workflow of this name: the workflow itself, then its engines as they come. */
export const listEngines = <W extends Named>(offered: readonly W[], name: string): W[] => [
  ...offered.filter((workflow) => workflow.name === name),
  ...offered.filter((workflow) => workflow.name !== name && workflow.engine?.of === name),
];

/** Those that the operator prefers, in their order, before the others. */
export const byPreference = <W extends Named>(engines: readonly W[], preferred: readonly string[]): W[] => [
  ...preferred.flatMap((name) => engines.find((engine) => engine.name === name) ?? []),
  ...engines.filter(({ name }) => !preferred.includes(name)),
];

/** The engine that a value of `model` means, written in small letters or large. */
export function findEngine<W extends Named>(engines: readonly W[], model: string): W | undefined {
  const wanted = fold(model);
  return engines.find((engine) => fold(engine.name) === wanted || fold(modelNameOf(engine)) === wanted);
}

const fold = (text: string): string => text.trim().toLowerCase();

/** What people call the model of a workflow. */
export const modelNameOf = ({ name, engine }: Named): string => engine?.model ?? name;

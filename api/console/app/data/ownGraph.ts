/**
 * Behind graphs that people send through the graph door. It is on no list and has no form, so a task of it is looked at
 * and made use of, and never filled in again.
 */
export const ownGraphName = 'own-graph';

/** Behind the strip of films: it has no form either. */
export const filmEditName = 'edit-film';

export const hasForm = (workflow: string | undefined): boolean =>
  workflow !== ownGraphName && workflow !== filmEditName;

export const isOwnGraph = ({ workflow }: { workflow: { name: string } }): boolean =>
  workflow.name === ownGraphName;

/** What a task draws, in a line. The texts of a graph stand apart: one of them may be what is not wanted. */
export function saidBy({ workflow, prompt }: { workflow: { name: string }; prompt?: unknown }): string {
  if (typeof prompt !== 'string') return '';
  return isOwnGraph({ workflow }) ? prompt.split(/\n{2,}/).join(' · ') : prompt;
}

/**
 * Behind graphs that people send through the graph door. It is on no list and has no form, so a task of it is looked at
 * and made use of, and never filled in again.
 */
export const ownGraphName = 'own-graph';

export const isOwnGraph = ({ workflow }: { workflow: { name: string } }): boolean =>
  workflow.name === ownGraphName;

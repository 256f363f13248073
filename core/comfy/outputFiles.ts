/** Below the output folder: the first part of the prefix of outputs. */
export const outputSubfolder = 'star-graph';

const outputName = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})-\d+_/;

/** By attempt, so that a repeated graph writes its own files instead of pointing at those of an earlier attempt. */
export const outputPrefixOf = ({ taskId, attempt }: { taskId: string; attempt: number }): string =>
  `${outputSubfolder}/${taskId}-${attempt}`;

/** The task of a file in our subfolder; undefined if its name is not ours. */
export const taskIdOfOutput = (name: string): string | undefined => outputName.exec(name)?.[1];

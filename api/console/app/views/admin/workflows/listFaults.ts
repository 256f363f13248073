import { ClientProblem } from '@star-graph/client/clientProblem';

const bare = (text: string): string => text.trim().replace(/[.!]$/, '').toLowerCase();

/** Each once, and none whose message the sentence of the problem says already, in whichever language it is shown. */
export function listFaults(error: unknown): { pointer: string; message: string }[] {
  if (!(error instanceof ClientProblem)) return [];
  const { detail, errors = [] } = error.problem;
  const sentence = bare(detail);
  return errors.filter(
    ({ pointer, message }, at) =>
      !sentence.includes(bare(message)) &&
      errors.findIndex((one) => one.pointer === pointer && one.message === message) === at,
  );
}

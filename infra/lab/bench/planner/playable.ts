import type { ProtocolJob } from './protocolCase.ts';

/** The job as a request for a picture. Each has a seed of its own, so that no server knows its result. */
export const playable = ({ id, set, steps }: ProtocolJob) => ({
  prompt: id,
  model: set.key,
  steps,
  width: 256,
  height: 256,
  seed: 1_000 + Number(id.slice(id.indexOf('-') + 1)),
});

import type { ModelRequirement } from '@star-graph/workflows';
import type { ExecutionFailure, PostResult, Refusal } from '../../../../comfy/comfy.ts';
import type { TaskError } from '../../../../ground/db/models/task.ts';
import { type AttemptOutcome, type Decision, elsewhere, problems } from '../decision.ts';

/**
 * A prompt that vanished, or whose server went away, counts as a failure only if it had begun. A task that crashes
 * every server must end; a task that waits in the queue of a restarted server is innocent. A prompt that vanished
 * after its POST was answered with an error was never accepted, and would be posted for ever: it counts too.
 */
export function classifyOutcome(
  outcome: AttemptOutcome,
  hasStarted: boolean,
  postAnswer?: PostResult['kind'],
  models = noModels,
): Decision {
  switch (outcome.kind) {
    case 'succeeded':
      return { kind: 'collect', outputs: outcome.outputs };
    case 'failed':
      return judgeFailure(outcome.failure, models);
    case 'refused':
      return judgeRefusal(outcome.refusal);
    case 'interrupted':
      return elsewhere('interrupted by somebody else', problems.backendLost, 'nobody', false);
    case 'forgotten':
      if (postAnswer === 'garbled')
        return elsewhere('the backend answered the POST with an error', problems.backendLost, 'backend');
      return elsewhere(
        'the backend forgot the prompt',
        problems.backendLost,
        hasStarted ? 'backend' : 'nobody',
        hasStarted,
      );
    case 'unreachable':
      return elsewhere('the backend was unreachable', problems.backendLost, 'backend', hasStarted);
    case 'stalled':
      return elsewhere('the backend said nothing of it while it ran', problems.backendLost, 'either');
    case 'out-of-time':
      return outcome;
    case 'timed-out':
      return elsewhere(
        'the attempt took too long',
        problems.timedOut,
        hasStarted ? 'either' : 'nobody',
        hasStarted,
      );
  }
}

/** The files that the failed graph loads, and those that the failure proves unfit. */
export interface FailedModels {
  loaded: readonly ModelRequirement[];
  /** See `suspectModels`. */
  suspects: readonly ModelRequirement[];
}

const noModels: FailedModels = { loaded: [], suspects: [] };

function judgeFailure(failure: ExecutionFailure, { loaded, suspects }: FailedModels): Decision {
  const { reason, message, nodeType } = failure;
  const fault = `${nodeType ?? 'execution'}: ${message}`;
  if (suspects.length > 0) return { kind: 'unfit', models: suspects, fault };
  switch (reason) {
    case 'request':
    case 'models-clash':
      return { kind: 'fail', error: problems.valuesClash, fault };
    case 'out-of-memory':
      return elsewhere(fault, problems.outOfMemory, 'either');
    case 'model-unreadable':
    case 'model-unsuited':
    case 'server-fault':
    case 'node-error':
      return elsewhere(fault, nodeErrorWith(nodeType, loaded), 'either');
    case 'no-output':
      return elsewhere(fault, problems.noOutput, 'either');
  }
}

/** Nodes that only read, join and write files: no model has a part in their errors. */
const ofFiles = /^(?:Save|Preview|Load(?:Image|Video|Audio)|CreateVideo$|GetVideoComponents$)/;

/** Names the main model, because a person can try another one first. */
function nodeErrorWith(nodeType: string | undefined, loaded: FailedModels['loaded']): TaskError {
  if (nodeType !== undefined && ofFiles.test(nodeType)) return problems.fileNodeError;
  const main = loaded.find(({ folder }) => folder === 'checkpoints' || folder === 'diffusion_models');
  const model = main ?? loaded[0];
  if (!model) return problems.nodeError;
  const detail = `The generation with the model ${model.name} broke off on every try. Choose another model or other values, or try again later.`;
  return { ...problems.nodeError, detail };
}

function judgeRefusal({ reason, summary }: Refusal): Decision {
  const fault = `refused: ${summary}`;
  if (reason === 'backend') return elsewhere(fault, problems.refused, 'backend');
  return { kind: 'fail', error: problems.refused, fault };
}

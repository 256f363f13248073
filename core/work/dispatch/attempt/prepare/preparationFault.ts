import { ComfyFault } from '../../../../comfy/comfy.ts';
import { Problem } from '../../../../ground/errors.ts';
import { isStorageFault } from '../../../../ground/storage/storageProblems.ts';
import { LaneFull } from '../../../../media/workLanes.ts';
import { type Decision, elsewhere, problems } from '../decision.ts';
import { InputUnusable } from './prepareGraph.ts';

const neverCounts = true;

/** What to do when the inputs could not be uploaded or the graph could not be bound. */
export function classifyPreparationFault(error: unknown): Decision {
  if (error instanceof InputUnusable) return { kind: 'fail', error: error.error, fault: error.message };
  if (error instanceof ComfyFault) return judgeUpload(error);
  if (isStorageFault(error) || error instanceof LaneFull)
    return { ...elsewhere('our storage could not be read', problems.internal, 'nobody', false), neverCounts };
  if (error instanceof Problem) return judgeProblem(error);
  return elsewhere(
    `preparing: ${error instanceof Error ? error.name : 'unknown'}`,
    problems.internal,
    'nobody',
  );
}

/**
 * A backend that is away is waited for; one that answers but takes no upload would be tried for ever. Other values
 * help only if the backend rejected these.
 */
function judgeUpload(fault: ComfyFault): Decision {
  const isAway = fault.kind === 'unreachable' || fault.kind === 'timed-out';
  const isRefused = fault.status !== undefined && fault.status >= 400 && fault.status < 500;
  return elsewhere(
    `uploading: ${fault.message}`,
    isRefused ? problems.refused : problems.backendLost,
    // Another server may accept a larger file, so the size proves nothing about this one.
    fault.kind === 'too-large' ? 'either' : 'backend',
    !isAway,
  );
}

/** The stored picture is unusable. `internal` is a fault of this program. */
function judgeProblem({ code, detail }: Problem): Decision {
  if (code === 'internal') return elsewhere(`preparing: ${code}`, problems.internal, 'nobody');
  return { kind: 'fail', error: { code: 'generation-failed', detail }, fault: `input: ${code}` };
}

import { type FaultPoint, NodeFailure } from '../nodes/node.ts';
import type { Fault, Faults } from './faults.ts';
import type { Sentinels } from './sentinels.ts';

interface InjectionDeps {
  faults: Faults;
  sentinels: Sentinels;
  /** Ends the process at once, as a crash does. */
  crash: () => never;
  /** Rejects when the prompt is interrupted. */
  untilInterrupted: () => Promise<never>;
  /** Resolves when the node may go on, rejects when the prompt is interrupted. */
  untilLetGo: () => Promise<void>;
}

type RunFault = Extract<Fault, { classType?: string | undefined }>;

/** Fails the running node where a sentinel or an armed fault strikes this point; otherwise does nothing. */
export async function injectFaults(
  deps: InjectionDeps,
  at: { point: FaultPoint; classType: string; step: number },
): Promise<void> {
  const { faults, sentinels } = deps;
  const matches = (fault: RunFault): boolean =>
    (fault.classType === undefined || fault.classType === at.classType) &&
    (fault.step === undefined ? at.point === 'node' : at.point === 'sampler-step' && at.step >= fault.step);
  // Sentinels strike samplers halfway, and where there is no sampler, the node that saves.
  const isAsked = (word: 'oom' | 'error' | 'hang' | 'crash' | 'wrong-family'): boolean =>
    sentinels.faults.has(word) && ((at.point === 'sampler-step' && at.step === 1) || at.point === 'save');

  if (isAsked('crash') || faults.strike('crash', matches)) deps.crash();
  if (isAsked('hang') || faults.strike('hang', matches)) await deps.untilInterrupted();
  if (faults.strike('hold', matches)) await deps.untilLetGo();
  if (isAsked('oom') || faults.strike('out-of-memory', matches)) throw outOfMemory();
  const failure = faults.strike('node-error', matches);
  if (failure) throw new NodeFailure('RuntimeError', failure.message);
  if (isAsked('wrong-family')) throw wrongFamily();
  if (isCheckpointLoader(at) && sentinels.faults.has('truncated-checkpoint')) throw truncatedFile();
  if (isAsked('error')) throw new NodeFailure('RuntimeError', 'simulated failure');
  if (at.point === 'save' && (sentinels.faults.has('disk-full') || faults.strike('disk-full'))) {
    throw new NodeFailure('OSError', '[Errno 28] No space left on device');
  }
}

const isCheckpointLoader = ({ point, classType }: { point: FaultPoint; classType: string }): boolean =>
  point === 'node' && (classType === 'CheckpointLoaderSimple' || classType === 'ImageOnlyCheckpointLoader');

/** What ComfyUI makes of the safetensors library's refusal. */
function truncatedFile(): NodeFailure {
  return new NodeFailure(
    'ValueError',
    'Error while deserializing header: MetadataIncompleteBuffer\n\nFile path: /srv/ComfyUI/models/checkpoints/model.safetensors\n\nThe safetensors file is corrupt/incomplete. Check the file size and make sure you have copied/downloaded it correctly.',
  );
}

/** As recorded: the text encoder of one family before the model of another. */
function wrongFamily(): NodeFailure {
  return new NodeFailure('RuntimeError', 'mat1 and mat2 shapes cannot be multiplied (154x768 and 1024x320)');
}

/** In the words of a CUDA build of PyTorch; the CPU build's are those of EmptyImage. */
function outOfMemory(): NodeFailure {
  return new NodeFailure(
    'torch.OutOfMemoryError',
    'Allocation on device 0 would exceed allowed memory. (out of memory)\nCurrently allocated     : 7.32 GiB\nRequested               : 2.00 GiB',
  );
}

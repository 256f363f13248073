import { describe, expect, test } from 'vitest';
import { loadTranscript } from '../../testing/comfy/transcript.ts';
import { describeFailure, errorSchema } from './failure.ts';

const reasonOf = (exception_type: string, exception_message: string) =>
  describeFailure({ exception_type, exception_message, node_type: 'KSampler' }).reason;

test.each([
  ['torch.AcceleratorError', 'an illegal instruction was encountered'],
  ['RuntimeError', 'CUDA error: device-side assert triggered'],
  ['RuntimeError', 'cuDNN error: CUDNN_STATUS_EXECUTION_FAILED'],
  ['RuntimeError', 'HIP error: invalid device function'],
  ['RuntimeError', 'Expected all tensors to be on the same device, but found at least two devices'],
  ['RuntimeError', '"addmm_impl_cpu_" not implemented for \'Half\''],
  ['AssertionError', 'Torch not compiled with CUDA enabled'],
  ['OSError', '[Errno 28] No space left on device'],
  ['FileNotFoundError', "[Errno 2] No such file or directory: 'ffmpeg'"],
  ['ModuleNotFoundError', "No module named 'av'"],
  ['requests.exceptions.ConnectionError', 'Max retries exceeded'],
  // As recorded: a package that is older than the node which uses it.
  ['AttributeError', "'av.video.frame.VideoFrame' object has no attribute 'color_primaries' and no __dict__"],
  ['AttributeError', "module 'torch' has no attribute 'float8_e8m0fnu'"],
])('only a broken server gives %s "%s"', (type, message) => {
  expect(reasonOf(type, message)).toBe('server-fault');
});

test.each([
  ['RuntimeError', 'The size of tensor a (64) must match the size of tensor b (32) at dimension 3'],
  ['RuntimeError', "shape '[1, 4]' is invalid for input of size 3"],
  ['ValueError', 'too many values to unpack (expected 2)'],
  ['KeyError', "'samples'"],
  ['IndexError', 'tuple index out of range'],
  ['TypeError', "unsupported operand type(s) for +: 'NoneType' and 'int'"],
  ['AttributeError', "'NoneType' object has no attribute 'encode'"],
  ['einops.EinopsError', 'Error while processing rearrange-reduction pattern'],
  ['Exception', 'Hooks have different lengths'],
])('a graph gives %s "%s" on every server', (type, message) => {
  expect(reasonOf(type, message)).toBe('node-error');
});

describe('what a graph says itself', () => {
  test.each([
    "invalid literal for int() with base 10: 'CUDA error'",
    'could not convert string to float: "out of memory"',
    "it isn't a number: 'No space left on device'",
    "'CUDA error \\' out of memory'",
  ])('proves nothing where a node repeats it: %s', (message) => {
    expect(reasonOf('ValueError', message)).toBe('node-error');
  });
});

test('the recorded errors are told by their exceptions', () => {
  const told = loadTranscript('execution-errors').episodes.flatMap(({ frames }) =>
    frames.flatMap((frame) =>
      frame.kind === 'text' && frame.type === 'execution_error'
        ? [describeFailure(errorSchema.parse(frame.data)).reason]
        : [],
    ),
  );
  expect(told).toEqual(['request', 'models-clash', 'models-clash', 'out-of-memory', 'request']);
});

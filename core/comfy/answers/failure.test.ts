import { describe, expect, test } from 'vitest';
import { cleanMessage, describeFailure } from './failure.ts';

test.each([
  ["cannot identify image file '/srv/ComfyUI/input/garbage.png'\n", "cannot identify image file '…'"],
  ['No such file: /home/someone/models/a.safetensors', 'No such file: …'],
  ['in C:\\Users\\someone\\x.py failed', 'in … failed'],
  ['got tensor([[1., 2.]], device=cuda)', 'got tensor'],
  ['<comfy.ModelPatcher object at 0x7f46> is odd', 'object is odd'],
  ['first line\nTraceback (most recent call last)', 'first line'],
  [
    'shapes cannot be multiplied (154x768 and 1024x320)',
    'shapes cannot be multiplied (154x768 and 1024x320)',
  ],
  ['a\u0000b\u001b[31m', 'a b [31m'],
])('cleans %j', (message, cleaned) => {
  expect(cleanMessage(message)).toBe(cleaned);
});

describe('an exception without words', () => {
  const frames = ['  File "/srv/ComfyUI/execution.py", line 9, in run\n    go()\n'];
  const raised = '  File "/srv/nodes.py", line 3, in encode\n    assert latent.shape[1] == 4\n';

  test('is told by its name and the line that raised it, without a path', () => {
    const error = { exception_type: 'AssertionError', exception_message: '', traceback: [...frames, raised] };
    expect(describeFailure(error).message).toBe('AssertionError at: assert latent.shape[1] == 4');
  });

  test.each([
    [{ exception_type: 'KeyError' }, 'KeyError, without a word of why.'],
    [
      { exception_type: 'KeyError', exception_message: ' \n', traceback: [] },
      'KeyError, without a word of why.',
    ],
    [{ traceback: [raised] }, 'It broke off at: assert latent.shape[1] == 4'],
    [{}, 'The server gave no reason.'],
    [{ exception_type: 'ValueError', exception_message: 'too wide', traceback: [raised] }, 'too wide'],
  ])('%j', (error, message) => {
    expect(describeFailure(error).message).toBe(message);
  });
});

test('cuts no character in half', () => {
  expect(cleanMessage(`${'x'.repeat(299)}🐈`).isWellFormed()).toBe(true);
});

test('keeps at most 300 characters of a message, however long', () => {
  expect(cleanMessage('x'.repeat(1_000_000))).toHaveLength(300);
});

test.each([
  ['torch.cuda.OutOfMemoryError', 'CUDA out of memory. Tried to allocate 2.00 GiB', 'out-of-memory'],
  ['torch.OutOfMemoryError', 'Allocation on device', 'out-of-memory'],
  [
    'RuntimeError',
    "DefaultCPUAllocator: can't allocate memory: you tried to allocate 4 bytes",
    'out-of-memory',
  ],
  ['PIL.UnidentifiedImageError', 'cannot identify image file', 'request'],
  ['RuntimeError', 'mat1 and mat2 shapes cannot be multiplied (154x768 and 1024x320)', 'models-clash'],
  ['RuntimeError', 'ERROR: clip input is invalid: None', 'request'],
  ['KeyError', "'model.diffusion_model.input_blocks.0.0.weight'", 'node-error'],
  ['AttributeError', "object has no attribute 'color_primaries'", 'node-error'],
  [undefined, undefined, 'server-fault'],
])('tells %s "%s" as %s', (exception_type, exception_message, reason) => {
  const failure = describeFailure({ exception_type, exception_message });
  expect(failure.reason).toBe(reason);
  expect(failure.message).not.toBe('');
});

const sizeMismatch =
  'Error(s) in loading state_dict for AutoencoderKL:\n\tsize mismatch for encoder.conv_in.weight: copying a param';

test.each([
  ['ValueError', 'Error while deserializing header: HeaderTooLarge\n\nFile path: /m/a.safetensors'],
  ['ValueError', 'Error while deserializing header: MetadataIncompleteBuffer\n\nFile path: /m/a.safetensors'],
  [
    'safetensors_rust.SafetensorError',
    'Error while deserializing header: incomplete metadata, file not fully covered',
  ],
  ['EOFError', 'Ran out of input'],
  ['_pickle.UnpicklingError', "invalid load key, '<'."],
  ['RuntimeError', 'PytorchStreamReader failed reading zip archive: failed finding central directory'],
])('only a loader\'s %s "%s" counts as an unreadable model', (exception_type, exception_message) => {
  const error = { exception_type, exception_message };
  expect(describeFailure({ ...error, node_type: 'CheckpointLoaderSimple' }).reason).toBe('model-unreadable');
  expect(describeFailure({ ...error, node_type: 'KSampler' }).reason).not.toBe('model-unreadable');
});

test.each([
  ['RuntimeError', 'ERROR: Could not detect model type of: /m/a.safetensors'],
  ['RuntimeError', 'ERROR: controlnet file is invalid and does not contain a valid controlnet model.'],
  ['spandrel.UnsupportedModelError', ''],
  ['KeyError', "'model.diffusion_model.input_blocks.0.0.weight'"],
  ['RuntimeError', sizeMismatch],
])('only a loader\'s %s "%s" counts as a model of another kind', (exception_type, exception_message) => {
  const error = { exception_type, exception_message };
  expect(describeFailure({ ...error, node_type: 'CheckpointLoaderSimple' }).reason).toBe('model-unsuited');
  expect(describeFailure({ ...error, node_type: 'KSampler' }).reason).not.toBe('model-unsuited');
});

test.each([
  ['torch.OutOfMemoryError', 'Allocation on device', 'out-of-memory'],
  ['FileNotFoundError', "Model in folder 'checkpoints' with filename 'a' not found.", 'server-fault'],
  ['OSError', '[Errno 5] Input/output error', 'server-fault'],
  ['RuntimeError', 'CUDA error: an illegal memory access was encountered', 'server-fault'],
])('tells %s "%s" of a loader as %s, which passes', (exception_type, exception_message, reason) => {
  const error = { exception_type, exception_message, node_type: 'CheckpointLoaderSimple' };
  expect(describeFailure(error).reason).toBe(reason);
});

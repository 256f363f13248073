import { expect, test } from 'vitest';
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
  ['RuntimeError', 'mat1 and mat2 shapes cannot be multiplied (154x768 and 1024x320)', 'request'],
  ['AttributeError', "object has no attribute 'color_primaries'", 'node-error'],
  [undefined, undefined, 'node-error'],
])('tells %s "%s" as %s', (exception_type, exception_message, reason) => {
  const failure = describeFailure({ exception_type, exception_message });
  expect(failure.reason).toBe(reason);
  expect(failure.message).not.toBe('');
});

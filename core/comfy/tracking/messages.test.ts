import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseBinaryFrame, parseTextFrame } from './messages.ts';

function previewFrame(metadata: unknown, image: Uint8Array, type = 4): Uint8Array {
  const json = Buffer.from(JSON.stringify(metadata));
  const head = Buffer.alloc(8);
  head.writeUInt32BE(type, 0);
  head.writeUInt32BE(json.length, 4);
  return Buffer.concat([head, json, image]);
}
const metadata = { prompt_id: 'p', node_id: '3', image_type: 'image/jpeg' };

test('never throws on garbage, and makes nothing of it', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(parseTextFrame(text)).toBeUndefined();
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      expect(parseBinaryFrame(bytes)).toBeUndefined();
    }),
  );
});

test('makes nothing of known messages with data of the wrong shape', () => {
  const types = [
    'execution_start',
    'execution_cached',
    'executing',
    'executed',
    'progress',
    'progress_state',
  ];
  fc.assert(
    fc.property(fc.constantFrom(...types), fc.jsonValue(), (type, data) => {
      const message = parseTextFrame(JSON.stringify({ type, data }));
      expect(message === undefined || typeof message.type === 'string').toBe(true);
    }),
  );
  expect(parseTextFrame('{"type":"progress","data":{"value":1,"max":4,"node":"3"}}')).toBeUndefined();
  expect(parseTextFrame('{"type":"toString","data":{}}')).toBeUndefined();
});

test('takes apart a preview with metadata', () => {
  const image = new Uint8Array([0xff, 0xd8, 0xff]);
  expect(parseBinaryFrame(previewFrame(metadata, image))).toEqual({
    promptId: 'p',
    nodeId: '3',
    mime: 'image/jpeg',
    bytes: Buffer.from(image),
  });
});

test('drops previews that cannot be attributed or lie about their length', () => {
  const image = new Uint8Array([1]);
  expect(parseBinaryFrame(previewFrame(metadata, image, 1))).toBeUndefined();
  expect(parseBinaryFrame(previewFrame({ ...metadata, prompt_id: undefined }, image))).toBeUndefined();
  expect(parseBinaryFrame(previewFrame({ ...metadata, image_type: 'text/html' }, image))).toBeUndefined();
  const lying = Buffer.from(previewFrame(metadata, image));
  lying.writeUInt32BE(0xffffffff, 4);
  expect(parseBinaryFrame(lying)).toBeUndefined();
});

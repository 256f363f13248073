import { Transform } from 'node:stream';

const faultOf = (bytes: number, expectedBytes: number | undefined) =>
  new Error(`the body has ${bytes} bytes so far where ${expectedBytes} were announced`);

/** The same for a body whose length is known. */
export function requireBytes(bytes: number, expectedBytes: number | undefined): void {
  if (expectedBytes !== undefined && bytes !== expectedBytes) throw faultOf(bytes, expectedBytes);
}

/** Passes bytes on and fails if there are more or fewer than announced: a cut transfer must not become an object. */
export function requireLength(expectedBytes: number | undefined): Transform {
  let bytes = 0;
  const fault = () => faultOf(bytes, expectedBytes);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (expectedBytes !== undefined && bytes > expectedBytes) done(fault());
      else done(null, chunk);
    },
    flush(done) {
      if (expectedBytes !== undefined && bytes !== expectedBytes) done(fault());
      else done();
    },
  });
}

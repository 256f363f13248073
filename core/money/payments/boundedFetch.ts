/** Its answers about one payment have some kilobytes. */
const mostBytes = 1_000_000;

/** A `fetch` that reads a bounded body and follows no redirects, which could carry the key elsewhere. */
export const boundedFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, { ...init, redirect: 'error' });
  let bytes = 0;
  const bounded = response.body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.byteLength;
        if (bytes > mostBytes) controller.error(new Error(`the answer has more than ${mostBytes} bytes`));
        else controller.enqueue(chunk);
      },
    }),
  );
  const { status, headers } = response;
  return new Response(bounded ?? null, { status, headers });
};

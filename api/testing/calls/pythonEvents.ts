interface PythonEvent {
  event: string | undefined;
  data: string;
  retry: number | undefined;
}

/**
 * What Python's `openai` (1.69 to 3.3) and httpx-sse make of a stream: both end an event at every blank line once an
 * id, a name, data or a `retry` was seen, and openai then parses its data, which may be empty, as JSON.
 */
export function readAsPython(stream: string): PythonEvent[] {
  const events: PythonEvent[] = [];
  let [event, retry]: [string | undefined, number | undefined] = [undefined, undefined];
  let data: string[] = [];
  let lastId = '';
  for (const line of stream.split('\n').slice(0, -1)) {
    if (line === '') {
      if (event || data.length > 0 || lastId || retry !== undefined)
        events.push({ event, data: data.join('\n'), retry });
      [event, retry, data] = [undefined, undefined, []];
      continue;
    }
    const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (name === 'event') event = value;
    if (name === 'data') data.push(value);
    // Unlike what the others are, it stays for all that follows.
    if (name === 'id') lastId = value;
    if (name === 'retry') retry = Number(value);
  }
  return events;
}

/** One execution by the backend's own record, in wall-clock milliseconds. */
interface BackendRun {
  promptId: string;
  startMs: number;
  endMs: number;
}

interface HistoryEntry {
  status: { messages: [string, { timestamp?: number }][] };
}

/** What a backend remembers, in the order in which it ran. */
export async function readRuns(url: string): Promise<BackendRun[]> {
  const response = await fetch(`${url}/history?max_items=1000`, { signal: AbortSignal.timeout(30_000) });
  const history = (await response.json()) as Record<string, HistoryEntry>;
  const timeOf = (entry: HistoryEntry, type: string) =>
    entry.status.messages.find(([name]) => name === type)?.[1].timestamp ?? Number.NaN;
  return Object.entries(history)
    .map(([promptId, entry]) => ({
      promptId,
      startMs: timeOf(entry, 'execution_start'),
      endMs: timeOf(entry, 'execution_success'),
    }))
    .sort((a, b) => a.startMs - b.startMs);
}

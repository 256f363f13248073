import { browser } from 'wxt/browser';

/** Injects a script of ours into pages loaded from now on at matching addresses, and into no others. */
export async function keepRegistered(
  script: { id: string; file: string },
  matches: string[],
  excludeMatches: string[] = [],
): Promise<void> {
  const { id, file } = script;
  const [registered] = await browser.scripting.getRegisteredContentScripts({ ids: [id] });
  if (registered) await browser.scripting.unregisterContentScripts({ ids: [id] });
  if (matches.length > 0)
    await browser.scripting.registerContentScripts([
      {
        id,
        matches,
        ...(excludeMatches.length > 0 ? { excludeMatches } : {}),
        js: [file],
        allFrames: true,
        matchOriginAsFallback: true,
        runAt: 'document_start',
      },
    ]);
}

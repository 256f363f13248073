import { browser } from 'wxt/browser';

/** Puts a script of ours into every page from now on that is loaded at such an address, and into no other one. */
export async function keepRegistered(script: { id: string; file: string }, matches: string[]): Promise<void> {
  const { id, file } = script;
  const [registered] = await browser.scripting.getRegisteredContentScripts({ ids: [id] });
  if (registered) await browser.scripting.unregisterContentScripts({ ids: [id] });
  if (matches.length > 0)
    await browser.scripting.registerContentScripts([
      {
        id,
        matches,
        js: [file],
        allFrames: true,
        matchOriginAsFallback: true,
        runAt: 'document_start',
      },
    ]);
}

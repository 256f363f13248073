import type { CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clickMenu, type WithChrome } from './browsers/chromium.ts';
import { hasChromium } from './browsers/programs.ts';
import { createExtensionSetup, type ExtensionSetup } from './extensionSetup.ts';
import { pressInOverlay, readOverlay } from './pages/overlayProbe.ts';

describe.skipIf(!hasChromium)('a hostile page', () => {
  let setup: ExtensionSetup;

  beforeAll(async () => {
    setup = await createExtensionSetup({ isDrawing: true });
  });
  afterAll(() => setup?.[Symbol.asyncDispose]());

  const call = (path: string, token: string | undefined = setup.person.accessToken) =>
    setup.platform.api.call(path, token === '' ? {} : { token });
  const listTasks = async () => (await call('/api/v1/tasks?limit=100')).body.items;
  const openWithResult = async (path: string) => {
    const page = await setup.browser.context.newPage();
    await page.goto(setup.pages.pageUrl(path));
    const srcUrl = await page.locator('#picture').evaluate((picture) => (picture as HTMLImageElement).src);
    await clickMenu(setup.browser, { page, menuItemId: 'upscale2', srcUrl });
    await expect.poll(() => readOverlay(page)).toContain('Show original');
    return page;
  };

  test('starts and presses nothing by forged messages and events', async () => {
    const page = await openWithResult('/cross');
    const [task, ...others] = await listTasks();
    expect(others).toEqual([]);
    const shown = await readOverlay(page);
    await page.evaluate(async (taskId) => {
      const picture = document.querySelector('#picture') as HTMLImageElement;
      const host = document.documentElement.lastElementChild as HTMLElement;
      for (const kind of ['call', 'find', 'show', 'read', 'draw', 'upscaleResult', 'retry', 'run'])
        for (const target of [window, host, picture]) {
          const data = { kind, name: 'repeatTask', runId: taskId, scale: 2, args: [], srcUrl: picture.src };
          window.postMessage(data, '*');
          target.dispatchEvent(new CustomEvent(kind, { detail: data, bubbles: true }));
          target.dispatchEvent(new MessageEvent('message', { data }));
        }
      const box = picture.getBoundingClientRect();
      for (let x = box.left; x < box.right + 400; x += 12) {
        const place = { clientX: x, clientY: box.bottom + 20, bubbles: true, composed: true };
        for (const type of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click', 'contextmenu'])
          host.dispatchEvent(new MouseEvent(type, place));
      }
      for (const key of ['Enter', ' ', 'U'])
        host.dispatchEvent(
          new KeyboardEvent('keydown', { key, altKey: true, shiftKey: true, bubbles: true }),
        );
      host.focus();
      host.click();
    }, task.id);
    // A question that is answered after all earlier ones.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    expect(await readOverlay(page)).toBe(shown);
    expect(await listTasks()).toHaveLength(1);
    await page.close();
  });

  test('finds and selects no overlay text, which screen readers can read', async () => {
    const page = await openWithResult('/cross');
    await page.evaluate(() => document.body.append('A line of the page'));
    const shown = await readOverlay(page);
    const labels = ['Show original', 'Save', 'More'];
    for (const label of labels) expect(shown).toContain(label);
    const seen = await page.evaluate(
      (texts) => {
        const { find } = window as unknown as { find(text: string, ...flags: boolean[]): boolean };
        // The page's own words are found this way, which proves the search works.
        const found = ['A line of the page', ...texts].filter((text) => {
          getSelection()?.removeAllRanges();
          return find.call(window, text, false, false, true, false, true, false);
        });
        getSelection()?.selectAllChildren(document.documentElement);
        return { found, selected: String(getSelection()) };
      },
      labels.concat('Compare', 'Upscale'),
    );
    expect(seen.found).toEqual(['A line of the page']);
    for (const label of labels) expect(seen.selected).not.toContain(label);
    expect(await listNamesOf(page, 'button')).toEqual(expect.arrayContaining(labels));
    await page.close();
  });

  test('in control of our script gets no token, call or other page', async () => {
    const { browser, pages } = setup;
    const victim = await openWithResult('/guarded');
    const [task] = await listTasks();
    const attacker = await openWithResult('/own');
    const script = await enterOurWorld(attacker, browser.extensionId);
    const victimRunId = await (await browser.worker()).evaluate(async (sourceUrl) => {
      const { storage } = (globalThis as unknown as WithChrome).chrome;
      const runs = Object.values((await storage.local.get('runs')).runs as Record<string, Run>);
      return runs.find((run) => run.sourceUrl === sourceUrl)?.id;
      interface Run {
        id: string;
        sourceUrl?: string;
      }
    }, pages.pageUrl('/guarded'));
    expect(victimRunId).toBeTruthy();

    for (const area of ['local', 'session', 'sync'])
      expect(
        await script.run(`chrome.storage.${area}.get().then((all) => JSON.stringify(all), String)`),
      ).toMatch(/^(\{\}|Error: Access to storage is not allowed)/);
    const request = JSON.stringify({ kind: 'call', name: 'listTasks', args: [{}] });
    expect(
      await script.run(
        `Promise.race([chrome.runtime.sendMessage(${request}).then(String, String), heard(2000)]).then(String)`,
      ),
    ).not.toContain(task.id);
    expect(
      await script.run(`new Promise((resolve) => {
        const port = chrome.runtime.connect({ name: 'star-graph-panel' });
        const heard = [];
        port.onMessage.addListener((news) => heard.push(news.kind));
        port.onDisconnect.addListener(() => resolve(JSON.stringify(heard)));
      })`),
    ).toBe('[]');

    // It asks for the victim's run; then it makes an allowed request, whose answer comes after any answer to the
    // first.
    const tasksBefore = (await listTasks()).length;
    const openPages = browser.context.pages().length;
    expect(
      await script.run(`new Promise((resolve) => {
        const port = chrome.runtime.connect({ name: 'star-graph-page' });
        const heard = [];
        port.onMessage.addListener((news) => {
          heard.push(news);
          if (news.kind === 'connection' && heard.length > 1) resolve(JSON.stringify(heard));
        });
        const runId = ${JSON.stringify(victimRunId)};
        port.postMessage({ kind: 'attach', runIds: [runId] });
        for (const kind of ['openResult', 'img2img', 'retry', 'cancel', 'confirm', 'upscaleResult'])
          port.postMessage({ kind, runId, scale: 2 });
        setTimeout(() => resolve(JSON.stringify(heard)), 3000);
      })`),
    ).not.toContain(victimRunId);
    expect(browser.context.pages()).toHaveLength(openPages);
    expect(await listTasks()).toHaveLength(tasksBefore);
    await script.end();
    await attacker.close();
    await victim.close();
  });

  test('finds no result by its address alone', async () => {
    const [task] = await listTasks();
    const [output] = task.outputs;
    expect((await call(`/api/v1/assets/${output.id}`, '')).status).toBe(401);
    const signed = new URL(output.url);
    expect((await fetch(signed)).status).toBe(200);
    const bare = `${signed.origin}${signed.pathname}`;
    expect((await fetch(bare)).status).toBeGreaterThanOrEqual(400);
    for (const [name, value] of signed.searchParams) {
      const forged = new URL(signed);
      forged.searchParams.set(
        name,
        value.replace(/.$/, (last) => (last === '7' ? '8' : '7')),
      );
      expect((await fetch(forged)).status).toBeGreaterThanOrEqual(400);
    }
  });

  test('learns no address of a saved result that it may not see', async () => {
    const page = await openWithResult('/cookie');
    await page.evaluate(() => {
      const seen: string[] = [];
      Object.assign(globalThis, { seen });
      const { navigation } = globalThis as unknown as { navigation: EventTarget };
      navigation.addEventListener('navigate', (event) =>
        seen.push((event as Event & { destination: { url: string } }).destination.url),
      );
      for (const type of ['click', 'auxclick', 'beforeunload'])
        addEventListener(
          type,
          (event) => seen.push(String((event.composedPath()[0] as HTMLAnchorElement).href)),
          true,
        );
    });
    await pressInOverlay(page, 'Save');
    const listSaved = async () =>
      (await setup.browser.worker()).evaluate(async () => {
        const { downloads } = (globalThis as unknown as WithChrome).chrome;
        return (await downloads.search({})).map(({ state, fileSize }) => ({ state, fileSize }));
      });
    const task = (await listTasks())[0];
    await expect.poll(listSaved).toEqual([{ state: 'complete', fileSize: task.outputs[0].bytes }]);
    const seen = await page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen);
    expect(seen.filter((url) => /^(blob|data|http)/.test(url))).toEqual([]);
    await page.close();
  });
});

/** The accessible names of everything with the role, closed roots included. */
async function listNamesOf(page: Page, role: string): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  return nodes.flatMap((node) => (node.role?.value === role ? [String(node.name?.value)] : []));
}

/** Runs code in our script's world of the main frame, like a page that escaped its own world. */
async function enterOurWorld(page: Page, extensionId: string) {
  const session: CDPSession = await page.context().newCDPSession(page);
  const contexts: { id: number; origin: string }[] = [];
  session.on('Runtime.executionContextCreated', ({ context }) => contexts.push(context));
  await session.send('Runtime.enable');
  const ours = contexts.find(({ origin }) => origin === `chrome-extension://${extensionId}`);
  if (!ours) throw new Error('our script is not in the page');
  return {
    async run(expression: string): Promise<string> {
      const heard =
        'const heard = (ms) => new Promise((resolve) => setTimeout(() => resolve("nothing"), ms));';
      const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
        contextId: ours.id,
        expression: `(async () => { ${heard} return await (${expression}); })()`,
        awaitPromise: true,
        returnByValue: true,
      });
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return String(result.value);
    },
    end: () => session.detach(),
  };
}

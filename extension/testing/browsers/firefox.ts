import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { chooseFromMenu, type MenuOptions } from './contextMenu.ts';
import { createHand, type Hand, leftButton, type Place } from './hand.ts';
import { connectMarionette } from './marionette.ts';
import { firefoxPath } from './programs.ts';

/** Firefox ESR with the add-on in it, and one tab. */
export interface AddOnBrowser extends AsyncDisposable {
  /** Goes to an address in the tab. */
  open(url: string): Promise<void>;
  /** Goes to one of the add-on's own pages. */
  openOwnPage(path: string): Promise<void>;
  type(selector: string, text: string): Promise<void>;
  click(selector: string): Promise<void>;
  /** Opens the native menu on the element and chooses from the add-on's part of it. */
  chooseFromMenu(selector: string, label: string, options?: MenuOptions): Promise<void>;
  /** The browser's question about the add-on; resolves when it appears. */
  readQuestion(): Promise<string>;
  answerQuestion(isYes: boolean): Promise<void>;
  /** The body of a function, run in the page as the page could. */
  inPage<Value>(body: string, ...values: unknown[]): Promise<Value>;
  /** The overlay's content, whose root is closed to the page. */
  readOverlay(): Promise<string>;
  pressInOverlay(label: string): Promise<void>;
  countInOverlay(selector: string): Promise<number>;
  /** How the style sheet of the overlay lays the first such element out. */
  displayInOverlay(selector: string): Promise<string>;
  /** Where the tabs in front are, of all windows. */
  listWindows(): Promise<string[]>;
  /** Does the work in the window whose address has this part, and comes back. It may end that window. */
  inWindow(part: string, work: () => Promise<void>): Promise<void>;
  /** Moves the pointer over the element. */
  moveOver(selector: string): Promise<void>;
}

const startTimeoutMs = 120_000;
const patience = { timeout: 120_000, interval: 100 };
const addOnId = 'extension@star-graph.invalid';
/** Tests contact no server outside this machine. */
const preferences = {
  'marionette.port': 0,
  'app.normandy.enabled': false,
  'browser.safebrowsing.downloads.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'datareporting.healthreport.uploadEnabled': false,
  'extensions.getAddons.cache.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  // A person cannot press a question's button in its first moment; a test may.
  'security.notification_enable_delay': 0,
  'services.settings.server': 'data:,#remote-settings-dummy/v1',
  'toolkit.telemetry.enabled': false,
};

export async function startFirefox(options: { directory: string }): Promise<AddOnBrowser> {
  const parts = new AsyncDisposableStack();
  try {
    const profile = await mkdtemp(join(tmpdir(), 'star-graph-firefox-'));
    parts.defer(() => rm(profile, { recursive: true, force: true, maxRetries: 5 }));
    const marionette = await connectMarionette(await launch(parts, profile));
    parts.defer(() => marionette.close());
    await marionette.send('WebDriver:NewSession', { capabilities: {} });
    // A page of ours is drawn a moment after it has loaded.
    await marionette.send('WebDriver:SetTimeouts', { implicit: patience.timeout });
    await marionette.send('Addon:Install', { path: options.directory, temporary: true });
    const hand = createHand(marionette);
    await vi.waitFor(async () => expect(await hand.run('window', closeWelcome)).toBe(true), patience);
    return { ...drivePages(hand), ...driveWindow(hand), [Symbol.asyncDispose]: () => parts.disposeAsync() };
  } catch (error) {
    await parts.disposeAsync();
    throw error;
  }
}

/** @returns the port that the browser takes orders at */
async function launch(parts: AsyncDisposableStack, profile: string): Promise<number> {
  const lines = Object.entries(preferences).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
  );
  await writeFile(join(profile, 'user.js'), lines.join(''));
  const args = ['--headless', '--marionette', '--remote-allow-system-access', '--no-remote'];
  const child = spawn(firefoxPath, [...args, '--profile', profile], {
    stdio: 'ignore',
    env: { ...process.env, HOME: profile, MOZ_HEADLESS_WIDTH: '1000', MOZ_HEADLESS_HEIGHT: '760' },
  });
  parts.defer(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  return await vi.waitFor(async () => Number(await readFile(join(profile, 'MarionetteActivePort'), 'utf8')), {
    timeout: startTimeoutMs,
    interval: 100,
  });
}

type PageDeeds = Pick<AddOnBrowser, 'open' | 'openOwnPage' | 'type' | 'click' | 'inPage' | 'inWindow'>;

function drivePages({ marionette, run, find }: Hand): PageDeeds {
  const open = async (url: string) => {
    await marionette.send('Marionette:SetContext', { value: 'content' });
    await marionette.send('WebDriver:Navigate', { url });
  };
  return {
    open,
    async openOwnPage(path) {
      const body = 'return WebExtensionPolicy.getByID(arguments[0]).getURL(arguments[1])';
      await open(await run<string>('window', body, addOnId, path));
    },
    async type(selector, text) {
      const element = await find(selector);
      const [id] = Object.values(element);
      // In place of what stands there, at once: a page hears nothing of WebDriver's own way to clear a field, and would
      // put what it finds by itself there in the meantime.
      await marionette.send('WebDriver:ElementClick', { id });
      const insert = 'arguments[0].select(); return document.execCommand("insertText", false, arguments[1])';
      expect(await run('page', insert, element, text)).toBe(true);
    },
    async click(selector) {
      const [id] = Object.values(await find(selector));
      await marionette.send('WebDriver:ElementClick', { id });
    },
    inPage: (body, ...args) => run('page', body, ...args),
    async inWindow(part, work) {
      const ask = async (name: string) => await marionette.send(name);
      const textOf = (answer: unknown) => (answer as { value: string }).value;
      await marionette.send('Marionette:SetContext', { value: 'content' });
      const home = textOf(await ask('WebDriver:GetWindowHandle'));
      const enter = (handle: string) => marionette.send('WebDriver:SwitchToWindow', { handle });
      for (const handle of (await ask('WebDriver:GetWindowHandles')) as string[]) {
        await enter(handle);
        if (!textOf(await ask('WebDriver:GetCurrentURL')).includes(part)) continue;
        await work();
        await enter(home);
        return;
      }
      await enter(home);
      throw new Error(`no window is at ${part}`);
    },
  };
}

/** It opens by itself after an installation and would be in front. */
const closeWelcome = `const tab = gBrowser.tabs.find((one) => one.linkedBrowser.currentURI.spec.endsWith('/options.html?welcome'));
  if (tab) gBrowser.removeTab(tab);
  return tab !== undefined;`;
const overlayRoot = `const root = document.documentElement.lastElementChild.openOrClosedShadowRoot;
  const wordsIn = (root) => [...(root?.querySelectorAll('[data-words], button[aria-label]') ?? [])];`;

/** The position of a button that did not move since the last frame and is not covered; otherwise null. */
const findMiddle = `${overlayRoot}
  const button = [...(root?.querySelectorAll('button') ?? [])]
    .find((one) => [one.dataset.words, one.ariaLabel].includes(arguments[0]));
  const find = () => {
    const box = button.getBoundingClientRect();
    return { x: Math.round(box.left + box.width / 2), y: Math.round(box.top + box.height / 2) };
  };
  if (!button) return null;
  const before = find();
  return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
    const after = find();
    const isStill = before.x === after.x && before.y === after.y;
    done(isStill && button.contains(root.elementFromPoint(after.x, after.y)) ? after : null);
  })));`;

/** Where a button that is folded away is to be looked for: a press opens the menu it is in, a hand unfolds the rest. */
const findFold = `${overlayRoot}
  const button = [...(root?.querySelectorAll('button') ?? [])]
    .find((one) => [one.dataset.words, one.ariaLabel].includes(arguments[0]));
  const box = button?.getBoundingClientRect();
  const [fold] = [button?.closest('.tools')?.querySelector('.more'), button?.closest('.state')].filter(Boolean);
  if (!fold || box.width > 1) return null;
  const { left, top, width, height } = fold.getBoundingClientRect();
  const isMenu = box.width === 0;
  return { isMenu, x: Math.round(left + width / 2), y: Math.round(top + height / 2) };`;

type WindowDeeds = Omit<AddOnBrowser, keyof PageDeeds | keyof AsyncDisposable>;

function driveWindow(hand: Hand): WindowDeeds {
  const { run, find, press, move } = hand;
  return {
    chooseFromMenu: (...choice) => chooseFromMenu(hand, ...choice),
    async readQuestion() {
      const read = `const { panel } = PopupNotifications; return panel.state === 'open' ? panel.textContent : '';`;
      return await vi.waitFor(async () => {
        const text = await run<string>('window', read);
        expect(text).not.toBe('');
        return text;
      }, patience);
    },
    async answerQuestion(isYes) {
      // A press in the question's first moment is not taken.
      const answer = `const { panel } = PopupNotifications;
        const question = panel.firstElementChild;
        if (panel.state === 'open') (arguments[0] ? question.button : question.secondaryButton).click();
        return panel.state;`;
      await vi.waitFor(async () => expect(await run('window', answer, isYes)).toBe('closed'), patience);
    },
    moveOver: async (selector) => move(await find(selector)),
    listWindows: () =>
      run(
        'window',
        `return [...Services.wm.getEnumerator('navigator:browser')].map(({ gBrowser }) => gBrowser.currentURI.spec)`,
      ),
    readOverlay: () =>
      run(
        'browser',
        `${overlayRoot} return wordsIn(root).map((one) => one.dataset.words ?? one.ariaLabel).join(' ');`,
      ),
    countInOverlay: (selector) =>
      run('browser', `${overlayRoot} return root?.querySelectorAll(arguments[0]).length ?? 0;`, selector),
    displayInOverlay: (selector) =>
      run(
        'browser',
        `${overlayRoot} return getComputedStyle(root.querySelector(arguments[0])).display;`,
        selector,
      ),
    async pressInOverlay(label) {
      const middle = await vi.waitFor(async () => {
        const fold = await run<({ isMenu: boolean } & Place) | null>('browser', findFold, label);
        if (fold?.isMenu) await press('viewport', leftButton, fold);
        else if (fold) await move('viewport', fold);
        const found = await run<Place | null>('browser', findMiddle, label);
        if (!found) throw new Error(`the overlay has no button "${label}" that stands still`);
        return found;
      }, patience);
      await press('viewport', leftButton, middle);
    },
  };
}

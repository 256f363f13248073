import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { vi } from 'vitest';

const run = promisify(execFile);
const toolTimeoutMs = 60_000;

/** A screen of its own with a window manager, and a hand that presses real buttons and keys on it. */
export interface Desktop extends AsyncDisposable {
  display: string;
  moveOver(page: Page, selector: string): Promise<void>;
  /** Presses the right button where the pointer is, and is done once a menu stands there. */
  openMenu(): Promise<void>;
  /** Opens a submenu by keys: in a menu that stands open, the item so many above its bottom. Its window is the answer. */
  openSubmenu(fromBottom: number): Promise<string>;
  /** Goes to the topmost item of a submenu, as a hand does, and presses it. */
  clickFirstInSubmenu(submenu: string): Promise<void>;
  /** Presses the left button where the pointer is. */
  click(): Promise<void>;
  /** Presses the left button at a place in the page, in CSS pixels of its viewport. */
  clickAt(page: Page, place: { x: number; y: number }): Promise<void>;
  press(key: string): Promise<void>;
  /** A picture of the whole screen, native menus included. */
  capture(file: string): Promise<void>;
}

export async function startDesktop(): Promise<Desktop> {
  const children: ChildProcess[] = [];
  const stop = async () => {
    for (const child of children.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  };
  try {
    const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1200x900x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    children.push(server);
    const [number] = await once(server.stdio[3] as NodeJS.ReadableStream, 'data', {
      signal: AbortSignal.timeout(toolTimeoutMs),
    });
    const display = `:${String(number).trim()}`;
    const env = { ...process.env, DISPLAY: display };
    children.push(spawn('openbox', [], { env, stdio: 'ignore' }));
    const xdotool = async (...args: string[]) =>
      (await run('xdotool', args, { env, timeout: toolTimeoutMs })).stdout;
    return {
      display,
      moveOver: (page, selector) => moveOver(xdotool, page, selector),
      click: async () => void (await xdotool('click', '1')),
      clickAt: async (page, place) => {
        const { x, y } = await toScreen(page, place);
        await xdotool('mousemove', String(x), String(y), 'click', '1');
      },
      openMenu: async () => void (await openWindow(xdotool, ['click', '3'])),
      openSubmenu: (fromBottom) =>
        openWindow(xdotool, ['key', ...new Array<string>(fromBottom).fill('Up'), 'Right']),
      clickFirstInSubmenu: (submenu) => clickFirstInSubmenu(xdotool, submenu),
      press: async (key) => void (await xdotool('key', key)),
      async capture(file) {
        const grab = [
          '-y',
          '-f',
          'x11grab',
          '-video_size',
          '1200x900',
          '-i',
          display,
          '-frames:v',
          '1',
          file,
        ];
        await run('ffmpeg', grab, { env, timeout: 30_000 });
      },
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Xdotool = (...args: string[]) => Promise<string>;

/** Ids of the windows on the screen; a menu is one, and so are a tip and a bubble. */
async function listWindows(xdotool: Xdotool): Promise<string[]> {
  const found = await xdotool('search', '--onlyvisible', '--name', '.*').catch(() => '');
  return found.trim().split('\n');
}

/**
 * Does it, and waits for a window that was not there. A count would not tell: a tip of before may close meanwhile.
 * @returns the id of the new window
 */
async function openWindow(xdotool: Xdotool, deed: string[]): Promise<string> {
  const beneath = new Set(await listWindows(xdotool));
  await xdotool(...deed);
  return vi.waitFor(
    async () => {
      const opened = (await listWindows(xdotool)).find((window) => !beneath.has(window));
      if (opened === undefined) throw new Error(`no window opened by ${deed.join(' ')}`);
      return opened;
    },
    { timeout: toolTimeoutMs, interval: 50 },
  );
}

/** Counted from the corner of the menu's window, past its border. */
const firstItemPx = { x: 40, y: 22 };

/** It stands to the right of its menu, or where there is no room to the left. */
async function clickFirstInSubmenu(xdotool: Xdotool, submenu: string): Promise<void> {
  const geometry = await xdotool('getwindowgeometry', '--shell', submenu);
  const read = (side: string) => Number(new RegExp(`^${side}=(-?\\d+)$`, 'm').exec(geometry)?.[1]);
  const corner = { x: read('X'), y: read('Y') };
  const place = [corner.x + firstItemPx.x, corner.y + firstItemPx.y].map(String);
  await xdotool('mousemove', ...place, 'click', '1');
}

/** Where the page is on the screen, whose window may have a frame and bars of its own. */
const toScreen = (page: Page, place: { x: number; y: number }): Promise<{ x: number; y: number }> =>
  page.evaluate(({ x, y }) => {
    const border = (outerWidth - innerWidth) / 2;
    return {
      x: Math.round(screenX + border + x),
      y: Math.round(screenY + outerHeight - innerHeight - border + y),
    };
  }, place);

/** To the middle of the element, wherever the window is, until the page itself says that the pointer is there. */
async function moveOver(xdotool: Xdotool, page: Page, selector: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const [x, y] = await page.locator(selector).evaluate((element) => {
        const box = element.getBoundingClientRect();
        const border = (outerWidth - innerWidth) / 2;
        return [
          Math.round(screenX + border + box.left + box.width / 2),
          Math.round(screenY + outerHeight - innerHeight - border + box.top + box.height / 2),
        ] as const;
      });
      await xdotool('mousemove', String(x - 3), String(y), 'mousemove', String(x), String(y));
      const isOver = await page.locator(selector).evaluate((element) => element.matches(':hover'));
      if (!isOver) throw new Error('the pointer is not over the element');
    },
    { timeout: 120_000, interval: 200 },
  );
}

import { expect, vi } from 'vitest';
import { type Hand, rightButton } from './hand.ts';

export interface MenuOptions {
  /** The element is in the only frame of the page. */
  isInFrame?: boolean;
  /** The pointer moves there before it chooses, as with a real menu. */
  movingTo?: string;
}

const patience = { timeout: 120_000, interval: 100 };
/** A press that opened no menu in this time was missed. */
const menuPatience = { timeout: 5000, interval: 100 };

/** Several entries are in a menu of our name, one alone stands among those of the browser. */
const ourMenu = `const menu = document.getElementById('contentAreaContextMenu');
  const ours = [...menu.querySelectorAll('menu')].find((one) => one.label === 'Star-Graph');
  const item = [...(ours ?? menu).querySelectorAll('menuitem')].find((one) => one.label === arguments[0]);`;
const openOurs = `${ourMenu} if (menu.state !== 'open') return '';
  if (!ours) return item ? 'open' : '';
  if (ours.menupopup.state === 'closed') ours.openMenu(true);
  return ours.menupopup.state;`;
/** The answer of the next script where the press met its element. */
const onTarget = 'on the target';
/** Where an element that the browser's own window names is: in the one of a selector, or what it is instead. */
const findTarget = `const module = 'resource://gre/modules/ContentDOMReference.sys.mjs';
  const wanted = document.querySelector(arguments[1]);
  const pressed = ChromeUtils.importESModule(module).ContentDOMReference.resolve(arguments[0]);
  let node = pressed;
  while (node && node !== wanted) node = node.parentNode ?? node.host;
  return node ? '${onTarget}' : 'on ' + (pressed?.outerHTML ?? pressed) + ' of ' + location.href;`;
/** What lies over the middle of an element, once the page is painted: before that, presses hit the root. */
const findCover = `const wanted = document.querySelector(arguments[0]);
  return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
    const [box] = wanted?.getClientRects() ?? [];
    if (!box) return done('no place');
    const over = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    done(wanted.contains(over) ? '' : over?.outerHTML + ' over ' + wanted.outerHTML + ', ' + box.width + ' × ' + box.height);
  })));`;

/** Opens the native menu on the element and chooses from the add-on's part of it. */
export async function chooseFromMenu(
  { run, find, press, move, enterFrame, leaveFrame }: Hand,
  selector: string,
  label: string,
  { isInFrame, movingTo }: MenuOptions = {},
): Promise<void> {
  if (isInFrame) await enterFrame();
  // A missed press is repeated, as a person would; a menu left open would swallow the next press.
  await vi.waitFor(async () => {
    expect(await run('browser', findCover, selector), `what covers ${selector}`).toBe('');
    await press(await find(selector), rightButton);
    try {
      await expectMenuOn(run, selector, label);
    } catch (error) {
      await run('window', `${ourMenu} menu.hidePopup();`, label);
      throw error;
    }
  }, patience);
  if (movingTo) await move(await find(movingTo));
  await run('window', `${ourMenu} (ours?.menupopup ?? menu).activateItem(item);`, label);
  if (isInFrame) await leaveFrame();
}

/** The browser itself reports the menu's target. */
async function expectMenuOn(run: Hand['run'], selector: string, label: string): Promise<void> {
  await vi.waitFor(async () => expect(await run('window', openOurs, label)).toBe('open'), menuPatience);
  const target = await run('window', `return gContextMenu.contentData.context.targetIdentifier;`);
  const found = await run<string>('browser', findTarget, target, selector);
  expect(found, `the menu was opened on ${selector}`).toBe(onTarget);
}

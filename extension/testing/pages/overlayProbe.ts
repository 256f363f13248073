import type { CDPSession, Frame, Page } from 'playwright-core';
import { expect } from 'vitest';

/** A node as the browser's debugger reports it, closed roots included: the page itself cannot see them. */
interface ProbedNode {
  backendNodeId: number;
  nodeName: string;
  nodeType: number;
  nodeValue: string;
  attributes?: string[];
  children?: ProbedNode[];
  shadowRoots?: (ProbedNode & { shadowRootType: string })[];
}

/** The text of the overlay in the main frame, or in a frame of another site; empty without an overlay. */
export async function readOverlay(page: Page | Frame): Promise<string> {
  return (await listOverlayNodes(page)).map(textOf).join(' ').trim();
}

/** Presses the button with the pointer. @throws when there is no such button */
export async function pressInOverlay(page: Page, label: string): Promise<void> {
  await expect.poll(() => isReadyInOverlay(page, label)).toBe(true);
  const { x, y } = await findInOverlay(page, label);
  await page.mouse.click(x, y);
}

/** The middle of the button, in CSS pixels of the viewport. @throws when there is no such button */
export async function findInOverlay(page: Page, label: string): Promise<{ x: number; y: number }> {
  await unfold(page, label);
  const { backendNodeId } = await findButton(page, label);
  return await restingMiddleOf(page, backendNodeId);
}

/** Goes to where the button is folded away, as a person does: into a corner, and then into the menu there. */
async function unfold(page: Page, label: string): Promise<void> {
  if (await page.evaluate(() => document.hidden)) return;
  const { backendNodeId } = await findButton(page, label);
  if (!(await isLaidOut(page, backendNodeId))) {
    const nodes = (await listOverlayNodes(page)).flatMap(flatten);
    const tools = nodes.find(
      (node) => classesOf(node).includes('tools') && flatten(node).some((one) => isSame(one, backendNodeId)),
    );
    const more = tools && flatten(tools).find((node) => classesOf(node).includes('more'));
    if (!more) throw new Error(`nothing of the overlay leads to the button "${label}"`);
    const { x, y } = await restingMiddleOf(page, more.backendNodeId);
    await page.mouse.click(x, y);
    await nextFrames(page);
  }
  const { x, y } = await restingMiddleOf(page, backendNodeId);
  await page.mouse.move(x, y);
  await nextFrames(page);
}

const isSame = (node: ProbedNode, backendNodeId: number): boolean => node.backendNodeId === backendNodeId;

async function findButton(page: Page, label: string): Promise<ProbedNode> {
  const nodes = (await listOverlayNodes(page)).flatMap(flatten);
  const isMeant = (node: ProbedNode) => textOf(node) === label || attributeOf(node, 'aria-label') === label;
  const button = nodes.find((node) => node.nodeName === 'BUTTON' && isMeant(node));
  if (!button) throw new Error(`the overlay has no button "${label}"`);
  return button;
}

/** Whether the button takes presses: one that costs does so once it has been in sight. @throws when there is none */
export async function isReadyInOverlay(page: Page, label: string): Promise<boolean> {
  await unfold(page, label);
  return attributeOf(await findButton(page, label), 'aria-disabled') !== 'true';
}

/** @throws when there is no such button */
export const hasClassInOverlay = async (page: Page, label: string, className: string): Promise<boolean> =>
  classesOf(await findButton(page, label)).includes(className);

/** Whether it is the one that is chosen of several. @throws when there is none */
export const isPressedInOverlay = async (page: Page, label: string): Promise<boolean> =>
  attributeOf(await findButton(page, label), 'aria-pressed') === 'true';

/** The overlay follows its picture with the next frame: where a button stood before, the page would get the press. */
async function restingMiddleOf(page: Page, backendNodeId: number): Promise<{ x: number; y: number }> {
  let middle = await middleOf(page, backendNodeId);
  for (;;) {
    await nextFrames(page);
    const later = await middleOf(page, backendNodeId);
    if (later.x === middle.x && later.y === middle.y) return later;
    middle = later;
  }
}

/** Two, so that what the first one sets is laid out. A hidden page draws none. */
export const nextFrames = (page: Page): Promise<void> =>
  page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        if (document.hidden) resolve();
        else requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
      }),
  );

/** How many elements of that name, and of the class if there is one, the overlay has. */
export async function countInOverlay(page: Page, nodeName: string, className?: string): Promise<number> {
  const isMeant = (node: ProbedNode) =>
    node.nodeName === nodeName && (className === undefined || classesOf(node).includes(className));
  return (await listOverlayNodes(page)).flatMap(flatten).filter(isMeant).length;
}

/** Edges in CSS pixels of the viewport. */
interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Where all elements with the class are. */
export async function boxesInOverlay(page: Page, className: string): Promise<Box[]> {
  const nodes = (await listOverlayNodes(page)).flatMap(flatten);
  const meant = nodes.filter((node) => classesOf(node).includes(className));
  return Promise.all(meant.map(({ backendNodeId }) => boxOf(page, backendNodeId)));
}

/** Covers our elements with a layer that lets presses through. @returns takes it away */
export async function coverOverlay(page: Page): Promise<() => Promise<void>> {
  const cover = await page.evaluateHandle(() => {
    const element = Object.assign(document.createElement('div'), { popover: 'manual' });
    element.textContent = 'Press here to play';
    element.style.cssText = 'border:0;margin:0;width:100%;height:100%;background:#fff;pointer-events:none';
    document.body.append(element);
    element.showPopover();
    return element;
  });
  return () => cover.evaluate((element) => element.remove());
}

/** The computed styles of the first element with the class, by property. @throws when there is none */
export async function styleInOverlay(page: Page, className: string): Promise<Record<string, string>> {
  const nodes = (await listOverlayNodes(page)).flatMap(flatten);
  const node = nodes.find((one) => classesOf(one).includes(className));
  if (!node) throw new Error(`the overlay has nothing of the class "${className}"`);
  const session = await openSession(page);
  try {
    await session.send('DOM.enable');
    await session.send('CSS.enable');
    await session.send('DOM.getDocument', { depth: 0 });
    const backendNodeIds = [node.backendNodeId];
    const { nodeIds } = await session.send('DOM.pushNodesByBackendIdsToFrontend', { backendNodeIds });
    const { computedStyle } = await session.send('CSS.getComputedStyleForNode', { nodeId: nodeIds[0] ?? 0 });
    return Object.fromEntries(computedStyle.map(({ name, value }) => [name, value]));
  } finally {
    await session.detach();
  }
}

const attributeOf = ({ attributes = [] }: Pick<ProbedNode, 'attributes'>, name: string): string =>
  (attributes.includes(name) && attributes[attributes.indexOf(name) + 1]) || '';
const classesOf = (node: ProbedNode): string[] => attributeOf(node, 'class').split(' ');

const openSession = (page: Page | Frame): Promise<CDPSession> =>
  ('context' in page ? page : page.page()).context().newCDPSession(page);

async function listOverlayNodes(page: Page | Frame): Promise<ProbedNode[]> {
  const session = await openSession(page);
  try {
    const { root } = (await session.send('DOM.getDocument', { depth: -1, pierce: true })) as unknown as {
      root: ProbedNode;
    };
    // Among the page's own elements, wherever its open dialogs are.
    const hosts = flatten(root).filter(({ attributes = [] }) => attributes.includes('popover'));
    const roots = hosts.flatMap((node) => node.shadowRoots ?? []);
    return roots.filter((one) => one.shadowRootType === 'closed').flatMap((one) => one.children ?? []);
  } finally {
    await session.detach();
  }
}

async function middleOf(page: Page, backendNodeId: number): Promise<{ x: number; y: number }> {
  const { left, top, right, bottom } = await boxOf(page, backendNodeId);
  return { x: (left + right) / 2, y: (top + bottom) / 2 };
}

async function boxOf(page: Page, backendNodeId: number): Promise<Box> {
  const session = await page.context().newCDPSession(page);
  try {
    const { model } = await session.send('DOM.getBoxModel', { backendNodeId });
    const [left = 0, top = 0] = model.border;
    return { left, top, right: left + model.width, bottom: top + model.height };
  } finally {
    await session.detach();
  }
}

/** False of one that is hidden with what it is in. */
async function isLaidOut(page: Page, backendNodeId: number): Promise<boolean> {
  try {
    await middleOf(page, backendNodeId);
    return true;
  } catch {
    // The browser has no box for it.
    return false;
  }
}

const flatten = (node: ProbedNode): ProbedNode[] => [node, ...(node.children ?? []).flatMap(flatten)];

/** Its words are drawn from attributes, where no page finds them. */
const textOf = (node: ProbedNode): string => {
  if (node.nodeType === 3) return node.nodeValue;
  if (node.nodeName === 'STYLE') return '';
  // An icon says what it does to who cannot see it.
  const label = node.nodeName === 'BUTTON' ? attributeOf(node, 'aria-label') : '';
  const texts = [label, attributeOf(node, 'data-words'), ...(node.children ?? []).map(textOf)];
  return texts.join(' ').replaceAll(/\s+/g, ' ').trim();
};

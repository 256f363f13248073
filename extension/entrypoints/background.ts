import { browser } from 'wxt/browser';
import { defineBackground } from 'wxt/utils/define-background';
import { type CallRequest, type Calls, createCalls } from '../features/background/calls.ts';
import {
  deliverRun,
  endRunsOfTab,
  forgetOldTabs,
  returnToOpenPages,
  returnToPage,
  takeOver,
} from '../features/background/deliver.ts';
import { createFollower, followAlarm } from '../features/background/follow.ts';
import { onButtonPress, watchHoverButtons } from '../features/background/hoverButtons.ts';
import { createHub } from '../features/background/hub.ts';
import { createMenus, onCommand, onMenuClick } from '../features/background/menus.ts';
import { watchMenuTargets } from '../features/background/menuTargets.ts';
import { takePageRequest } from '../features/background/pageRequests.ts';
import { leaveAccount, type RunnerDeps } from '../features/background/runner.ts';
import { isOwnPage, isPageScript } from '../features/background/senders.ts';
import { openAsset } from '../features/background/windows.ts';
import {
  type ButtonPress,
  type PageRequest,
  pagePortName,
  panelPortName,
} from '../features/page/protocol.ts';
import { pictureActions } from '../features/pictureActions.ts';
import { presentProblem } from '../features/problem.ts';
import { findRun } from '../features/runs/runStore.ts';
import { accountItem, buttonSitesItem, isWelcomedItem, settingsItem } from '../features/storedItems.ts';

// Listeners are added in the first turn of the worker: an event that woke it is delivered to those alone.
export default defineBackground(() => {
  const hub = createHub(() => void follower.refresh());
  const follower = createFollower({ hub, runner: () => runner });
  const runner: RunnerDeps = {
    hub,
    progress: new Map(),
    found: new Map(),
    active: new Set(),
    results: new Map(),
    early: new Map(),
    follow: () => void follower.refresh(),
    async onEnd(run) {
      await deliverRun(runner, run);
      await follower.refresh();
    },
  };
  const calls = createCalls(runner, {
    leave: () => leaveAccount(runner),
    follow: () => follower.refresh(),
  });

  const tabsKnown = forgetOldTabs(runner);

  keepTokensFromPages();
  keepMenus();
  browser.runtime.onInstalled.addListener(({ reason }) => {
    if (reason === 'install') void welcome();
  });
  browser.contextMenus.onClicked.addListener((info, tab) => void onMenuClick(runner, info, tab));
  browser.commands.onCommand.addListener((command, tab) => void onCommand(runner, command, tab));
  browser.alarms.onAlarm.addListener((alarm) => {
    if (alarm.name !== followAlarm) return;
    void follower.refresh();
    void tabsKnown.then(() => returnToOpenPages(runner));
  });
  browser.tabs.onUpdated.addListener((tabId, change, tab) => {
    if (change.status === 'complete') void tabsKnown.then(() => returnToPage(runner, tabId, tab.url ?? ''));
  });
  browser.tabs.onRemoved.addListener((tabId) => void endRunsOfTab(runner, tabId));
  accountItem.watch(() => void follower.refresh());
  browser.notifications.onClicked.addListener((id) => void openEnd(id));
  listenToPages(runner, hub, () => follower.state());
  listenToCalls(calls);
  listenToButtons(runner);
  void tabsKnown.then(async () => {
    await takeOver(runner);
    await returnToOpenPages(runner);
  });
  void follower.refresh();
});

/** In Chromium scripts in pages are kept out of the storage; Firefox has no such switch, and pages reach neither. */
function keepTokensFromPages(): void {
  const { local } = browser.storage;
  if ('setAccessLevel' in local) void local.setAccessLevel({ accessLevel: 'TRUSTED_CONTEXTS' });
}

function keepMenus(): void {
  const keepScripts = () => void Promise.all([watchMenuTargets(), watchHoverButtons()]);
  const keep = () => {
    void createMenus();
    keepScripts();
  };
  browser.runtime.onInstalled.addListener(keep);
  settingsItem.watch(keep);
  buttonSitesItem.watch(keepScripts);
  browser.permissions.onAdded.addListener(keepScripts);
  browser.permissions.onRemoved.addListener(keepScripts);
}

/** Once: a browser may install again what a developer loads. */
async function welcome(): Promise<void> {
  if (await isWelcomedItem.getValue()) return;
  await isWelcomedItem.setValue(true);
  await browser.tabs.create({ url: browser.runtime.getURL('/options.html?welcome') });
}

/** A notification leads to the result, or to the panel, which says why there is none. */
async function openEnd(runId: string): Promise<void> {
  const run = await findRun(runId);
  if (run?.outputAssetId) await openAsset(run.outputAssetId);
  else await browser.tabs.create({ url: browser.runtime.getURL('/sidepanel.html') });
}

function listenToPages(
  runner: RunnerDeps,
  hub: ReturnType<typeof createHub>,
  connection: () => ReturnType<ReturnType<typeof createFollower>['state']>,
): void {
  browser.runtime.onConnect.addListener((port) => {
    const { sender } = port;
    const isPanel = port.name === panelPortName && sender !== undefined && isOwnPage(sender);
    const isPage = port.name === pagePortName && sender !== undefined && isPageScript(sender);
    if (!isPanel && !isPage) return port.disconnect();
    hub.add(port);
    port.postMessage({ kind: 'connection', state: connection() });
    if (isPage) {
      const frame = { tabId: sender.tab.id, frameId: sender.frameId };
      port.onMessage.addListener((request: PageRequest) => void takePageRequest(runner, request, frame));
    }
  });
}

function listenToCalls(calls: Calls): void {
  browser.runtime.onMessage.addListener((request: CallRequest, sender, respond) => {
    if (!isOwnPage(sender) || request?.kind !== 'call' || !Object.hasOwn(calls, request.name))
      return undefined;
    const call = calls[request.name] as (...args: unknown[]) => Promise<unknown>;
    call(...request.args).then(
      (value) => respond({ value: value ?? null }),
      (error: unknown) => respond({ problem: presentProblem(error) }),
    );
    return true;
  });
}

function listenToButtons(runner: RunnerDeps): void {
  browser.runtime.onMessage.addListener((press: ButtonPress, sender) => {
    if (press?.kind !== 'buttonPress' || !isPageScript(sender)) return undefined;
    if (Object.hasOwn(pictureActions, press.action)) void onButtonPress(runner, press, sender);
    return undefined;
  });
}

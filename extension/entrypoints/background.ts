import { browser } from 'wxt/browser';
import { defineBackground } from 'wxt/utils/define-background';
import { advanceRun } from '../features/background/advance/advanceRun.ts';
import { createEventFollower, followAlarm } from '../features/background/advance/followEvents.ts';
import { leaveAccount } from '../features/background/advance/leaveAccount.ts';
import { createLiveRuns, type RunDeps } from '../features/background/advance/liveRuns.ts';
import {
  cancelAutomatic,
  findAutomaticRule,
  startPages,
  watchAutomatic,
} from '../features/background/automatic.ts';
import { resumeConnecting } from '../features/background/connectAccount.ts';
import { deliverRun } from '../features/background/deliverRun.ts';
import { findButtonLimit, onButtonPress, watchHoverButtons } from '../features/background/hoverButtons.ts';
import { createMenus, onCommand, onMenuClick } from '../features/background/menus.ts';
import { watchMenuTargets } from '../features/background/menuTargets.ts';
import { takePageRequest } from '../features/background/pageRequests.ts';
import {
  endRunsOfTab,
  forgetOldTabs,
  returnToOpenPages,
  returnToPage,
  takeOver,
} from '../features/background/returnToPages.ts';
import { createRpcHandlers } from '../features/background/rpcHandlers.ts';
import { resumePresses } from '../features/background/start/startOnPage.ts';
import { openAsset } from '../features/background/windows.ts';
import { createPorts } from '../features/messaging/ports.ts';
import {
  type ButtonPress,
  hoverButtonScript,
  type PageRequest,
  type PagesReport,
  pagePortName,
  panelPortName,
  type RuleQuestion,
} from '../features/messaging/protocol.ts';
import type { CallRequest, Calls } from '../features/messaging/rpc.ts';
import { isOwnPage, isPageScript } from '../features/messaging/senders.ts';
import { pictureActions } from '../features/runs/pictureActions.ts';
import { presentProblem } from '../features/runs/problem.ts';
import { findRun } from '../features/runs/runStore.ts';
import { budgetItem } from '../features/session/budget.ts';
import {
  automaticRulesItem,
  isWelcomedItem,
  settingsItem,
  siteRulesItem,
} from '../features/session/settings.ts';
import { accountItem } from '../features/session/storedAccount.ts';

// Listeners are added in the first turn of the worker: the event that woke it reaches only those.
export default defineBackground(() => {
  const ports = createPorts(() => void follower.refresh());
  const follower = createEventFollower({ ports, runDeps: () => deps });
  const deps: RunDeps = {
    ports,
    live: createLiveRuns(),
    follow: () => void follower.refresh(),
    advance: (runId) => void advanceRun(deps, runId),
    async onEnd(run) {
      await deliverRun(deps, run);
      await follower.refresh();
    },
  };
  const change = { leave: () => leaveAccount(deps), follow: () => follower.refresh() };
  const calls = createRpcHandlers(deps, change);

  const tabsKnown = forgetOldTabs(deps);

  keepTokensFromPages();
  keepMenus();
  browser.runtime.onInstalled.addListener(({ reason }) => {
    if (reason === 'install') void welcome();
  });
  browser.contextMenus.onClicked.addListener((info, tab) => void onMenuClick(deps, info, tab));
  browser.commands.onCommand.addListener((command, tab) => void onCommand(deps, command, tab));
  browser.alarms.onAlarm.addListener((alarm) => {
    if (alarm.name !== followAlarm) return;
    void follower.refresh();
    void tabsKnown.then(() => returnToOpenPages(deps));
  });
  browser.tabs.onUpdated.addListener((tabId, change, tab) => {
    if (change.status === 'complete') void tabsKnown.then(() => returnToPage(deps, tabId, tab.url ?? ''));
  });
  browser.tabs.onRemoved.addListener((tabId) => void endRunsOfTab(deps, tabId));
  accountItem.watch(() => void follower.refresh());
  browser.notifications.onClicked.addListener((id) => void openEnd(id));
  listenToPages(deps, ports, () => follower.state());
  listenToCalls(calls);
  listenToSiteScripts(deps);
  budgetItem.watch((budget, before) => {
    if (budget.isStopped) void cancelAutomatic(deps);
    else if (before?.isStopped) void watchAutomatic();
  });
  void tabsKnown.then(async () => {
    await takeOver(deps);
    await resumePresses(deps);
    await returnToOpenPages(deps);
  });
  void follower.refresh();
  void resumeConnecting(change);
});

/**
 * Chromium keeps page scripts out of the storage by this switch. Firefox has none; web pages reach the storage in
 * neither.
 */
function keepTokensFromPages(): void {
  const { local } = browser.storage;
  if ('setAccessLevel' in local) void local.setAccessLevel({ accessLevel: 'TRUSTED_CONTEXTS' });
}

function keepMenus(): void {
  const keepScripts = () => void Promise.all([watchMenuTargets(), watchHoverButtons(), watchAutomatic()]);
  const keep = () => {
    void createMenus();
    keepScripts();
  };
  browser.runtime.onInstalled.addListener(keep);
  settingsItem.watch(keep);
  siteRulesItem.watch(keepScripts);
  automaticRulesItem.watch(() => void watchAutomatic());
  browser.permissions.onAdded.addListener(keepScripts);
  browser.permissions.onRemoved.addListener(keepScripts);
}

/** Runs once: a browser may reinstall an extension that a developer loads. */
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
  deps: RunDeps,
  ports: ReturnType<typeof createPorts>,
  connection: () => ReturnType<ReturnType<typeof createEventFollower>['state']>,
): void {
  browser.runtime.onConnect.addListener((port) => {
    const { sender } = port;
    const isPanel = port.name === panelPortName && sender !== undefined && isOwnPage(sender);
    const isPage = port.name === pagePortName && sender !== undefined && isPageScript(sender);
    if (!isPanel && !isPage) return port.disconnect();
    ports.add(port);
    if (isPanel) port.postMessage({ kind: 'listening' });
    port.postMessage({ kind: 'connection', state: connection() });
    if (isPage) {
      const frame = { tabId: sender.tab.id, frameId: sender.frameId };
      port.onMessage.addListener((request: PageRequest) => void takePageRequest(deps, request, frame));
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

function listenToSiteScripts(deps: RunDeps): void {
  browser.runtime.onMessage.addListener((news: ButtonPress | RuleQuestion | PagesReport, sender, respond) => {
    if (!isPageScript(sender)) return undefined;
    if (news?.kind === 'ruleQuestion') {
      const find = news.script === hoverButtonScript ? findButtonLimit : findAutomaticRule;
      void find(sender).then(respond);
      return true;
    }
    if (news?.kind === 'pagesReport') {
      void startPages(deps, news.elementIds, sender).then(respond);
      return true;
    }
    if (news?.kind === 'buttonPress' && Object.hasOwn(pictureActions, news.action))
      void onButtonPress(deps, news, sender);
    return undefined;
  });
}

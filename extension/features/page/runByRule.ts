import { browser } from 'wxt/browser';
import type { RuleEnd, RuleQuestion } from '../messaging/protocol.ts';
import { enter, leave } from './pictures/world.ts';

/**
 * Runs a script that a rule of the site brought, until the rule is another one.
 * @param start with what the rule says, and what ends the script
 * @returns ends what was started
 */
export function runByRule<Rule>(
  script: string,
  start: (rule: Rule | null, end: () => void) => () => void,
): void {
  if (!enter(script)) return;
  let stop: (() => void) | undefined;
  let isOver = false;
  const onNews = (news: RuleEnd) => {
    if (news.kind === 'ruleEnd' && news.script === script) end();
  };
  // Also where the extension was updated or removed while this script ran: the next page gets a new script.
  function end(): void {
    isOver = true;
    stop?.();
    browser.runtime.onMessage.removeListener(onNews);
    leave(script);
  }
  browser.runtime.onMessage.addListener(onNews);
  const question: RuleQuestion = { kind: 'ruleQuestion', script };
  browser.runtime.sendMessage(question).then((rule: Rule | null) => {
    if (!isOver) stop = start(rule, end);
  }, end);
}

import type { Counter, Gauge } from 'prom-client';
import { defineCounter, defineGauge, type Label } from './define.ts';

/*
 * What is true of the whole platform is shown by the leader alone: a sum over all processes counts it once. Who loses
 * the lead shows nothing of it from then on, also if it does not know yet: its lease has ended by its own clock.
 */

type Definition<Name extends Label> = Parameters<typeof defineGauge<Name>>[0];

/** By name, how to remove what a metric that only the leader shows has shown. */
const removals = new Map<string, () => void>();

export const isLeaderMetric = (name: string): boolean => removals.has(name);

/** Without labels it has one series, which `reset` would leave at 0. */
function hideUnlessLeading(
  metric: Pick<Counter | Gauge, 'reset' | 'remove'>,
  { name, labels }: Definition<Label>,
): void {
  const hide = () => (labels ? metric.reset() : metric.remove());
  hide();
  removals.set(name, hide);
}

/** Shown by the leader; absent elsewhere. */
export function defineLeaderGauge<Name extends Label = never>(definition: Definition<Name>): Gauge<Name> {
  const gauge = defineGauge(definition);
  hideUnlessLeading(gauge, definition);
  return gauge;
}

/** The same for totals, which are read from rows and outlive every process. */
export function defineLeaderCounter<Name extends Label = never>(definition: Definition<Name>): Counter<Name> {
  const counter = defineCounter(definition);
  hideUnlessLeading(counter, definition);
  return counter;
}

/** One time of leading, from its begin to its loss. */
export interface Lead {
  /** Its lease was renewed: it lasts until then, by `performance.now`. */
  extend(untilMs: number): void;
  /** Changes leader metrics, unless it is over. */
  show(change: () => void): void;
  end(): void;
}

let current: { untilMs: number } | undefined;

/** Whether a lead is under way whose lease has not ended. */
export const isLeading = (): boolean => current !== undefined && performance.now() < current.untilMs;

/** @param untilMs when its lease ends, by `performance.now` */
export function beginLead(untilMs: number): Lead {
  hideAll();
  const lead = { untilMs };
  current = lead;
  return {
    extend(nextMs) {
      lead.untilMs = nextMs;
    },
    show(change) {
      if (current === lead && isLeading()) change();
    },
    end() {
      if (current !== lead) return;
      current = undefined;
      hideAll();
    },
  };
}

/** A process that stood still may be asked before it learns that another one leads. */
export function endExpiredLead(): void {
  if (!isLeading()) hideAll();
}

function hideAll(): void {
  for (const hide of removals.values()) hide();
}

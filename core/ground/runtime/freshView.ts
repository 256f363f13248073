import type { Clock } from './clock.ts';
import type { KeptViews } from './keptViews.ts';

/** A value from the database that is kept in memory for a while. */
export interface FreshView<Value> {
  /** At most `lifeMs` old. Simultaneous calls share one read. */
  read(): Promise<Value>;
  /** Reads now. A running read does not count, since it may have begun before the caller's change. */
  refresh(): Promise<void>;
  /** The last read value, of any age. */
  readonly latest: Value | undefined;
  /** Since the last read; infinite before the first. */
  ageMs(): number;
}

export interface ViewDeps {
  clock: Pick<Clock, 'monotonicMs'>;
  /** Keeps it fresh. Without one, whoever finds it too old waits for the next read. */
  keptViews?: Pick<KeptViews, 'add'>;
}

export function createFreshView<Value>(
  deps: ViewDeps,
  lifeMs: number,
  load: () => Promise<Value>,
): FreshView<Value> {
  let view: { readAtMs: number; value: Value } | undefined;
  let reading: Promise<Value> | undefined;
  let askedAtMs = Number.NEGATIVE_INFINITY;
  const ageMs = () => (view ? deps.clock.monotonicMs() - view.readAtMs : Number.POSITIVE_INFINITY);

  const loadNow = async (): Promise<Value> => {
    const value = await load();
    view = { readAtMs: deps.clock.monotonicMs(), value };
    return value;
  };
  const share = (): Promise<Value> => {
    reading ??= loadNow().finally(() => {
      reading = undefined;
    });
    return reading;
  };
  const kept: FreshView<Value> = {
    async read() {
      askedAtMs = deps.clock.monotonicMs();
      if (view && ageMs() < lifeMs) return view.value;
      noteUse?.();
      return share();
    },
    async refresh() {
      await reading?.catch(() => undefined);
      await share();
    },
    get latest() {
      return view?.value;
    },
    ageMs,
  };
  const unreadMs = () => deps.clock.monotonicMs() - askedAtMs;
  const noteUse = deps.keptViews?.add({ lifeMs, refresh: kept.refresh, ageMs, unreadMs });
  return kept;
}

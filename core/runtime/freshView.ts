import type { Clock } from './clock.ts';

/** Something read from the database and kept in memory for a while. */
export interface FreshView<Value> {
  /** At most `lifeMs` old. One read serves everybody who asks while it is under way. */
  read(): Promise<Value>;
  /** Reads now. A read that is under way may have begun before the caller's change, so it does not count. */
  refresh(): Promise<void>;
  /** As it was read last, however long ago. */
  readonly latest: Value | undefined;
  /** Since the last read; infinite before the first. */
  ageMs(): number;
}

export function createFreshView<Value>(
  deps: { clock: Pick<Clock, 'monotonicMs'> },
  lifeMs: number,
  load: () => Promise<Value>,
): FreshView<Value> {
  let view: { readAtMs: number; value: Value } | undefined;
  let reading: Promise<Value> | undefined;
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
  return {
    async read() {
      return view && ageMs() < lifeMs ? view.value : share();
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
}

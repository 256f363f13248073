import { type BackendState, backendStates } from '../../ground/db/models/backend.ts';
import { defineCounter, defineGauge } from '../../ground/telemetry/define.ts';

/*
 * What a dispatcher tells of the backends that it owns. Each is owned by one dispatcher, so a sum over them counts none
 * twice. The label is the name that administrators gave; the series of a backend go when it is given up.
 */

/**
 * What a GPU server does, as its messages tell. `loading`: a node that loads files is at work, or a sampler before its
 * first step, which moves the model onto the GPU. `sampling`: a node counts its steps. `other`: the other nodes of a
 * run, such as encoding, decoding and saving. `idle`: nothing of ours. `away`: it does not answer, or executes nothing.
 */
const activities = ['sampling', 'loading', 'other', 'idle', 'away'] as const;
type Activity = (typeof activities)[number];

const breakerStates = ['closed', 'open', 'half-open'] as const;

const meters = new Set<{ view: BackendView; flush(): void }>();

const activitySeconds = defineCounter(
  {
    name: 'star_graph_backend_activity_seconds_total',
    help: 'Time that a backend of this dispatcher spent sampling, loading, in other nodes, idle or away',
    labels: ['backend', 'activity'],
  },
  () => {
    // A long run must not arrive in one piece.
    for (const { flush } of meters) flush();
  },
);

const swaps = defineCounter({
  name: 'star_graph_backend_swaps_total',
  help: 'Runs that loaded large models which were not on the backend',
  labels: ['backend'],
});

interface BackendView {
  /** The server's name for administrators. */
  name(): string;
  state(): BackendState;
  breaker(): (typeof breakerStates)[number];
}

export interface BackendMeter {
  /** A prompt of ours is at work there. */
  note(promptId: string, activity: 'sampling' | 'loading' | 'other'): void;
  /** That prompt is over. The next one may have begun before this is known. */
  noteOver(promptId: string): void;
  noteSwap(): void;
  /** Removes what was shown of it. */
  end(): void;
}

export function createBackendMeter(view: BackendView): BackendMeter {
  let name = view.name();
  let running: { promptId: string; activity: Activity } | undefined;
  let sinceMs = performance.now();
  /** What it was doing from `sinceMs` on. */
  let activity: Activity = 'idle';

  const forget = () => {
    for (const one of activities) activitySeconds.remove({ backend: name, activity: one });
    swaps.remove({ backend: name });
  };

  function flush(): void {
    if (view.name() !== name) {
      forget();
      name = view.name();
    }
    const nowMs = performance.now();
    activitySeconds.inc({ backend: name, activity }, (nowMs - sinceMs) / 1_000);
    sinceMs = nowMs;
    activity = running?.activity ?? (view.state() === 'down' || view.state() === 'unknown' ? 'away' : 'idle');
  }

  const meter = { view, flush };
  meters.add(meter);
  return {
    note(promptId, next) {
      running = { promptId, activity: next };
      flush();
    },
    noteOver(promptId) {
      if (running?.promptId !== promptId) return;
      running = undefined;
      flush();
    },
    noteSwap: () => swaps.inc({ backend: name }),
    end() {
      meters.delete(meter);
      forget();
    },
  };
}

defineGauge(
  {
    name: 'star_graph_backend_state',
    help: '1 for the state that a backend of this dispatcher is in, 0 for the others',
    labels: ['backend', 'state'],
  },
  (gauge) => {
    gauge.reset();
    for (const { view } of meters)
      for (const state of backendStates)
        gauge.set({ backend: view.name(), state }, view.state() === state ? 1 : 0);
  },
);

defineGauge(
  {
    name: 'star_graph_backend_breaker_state',
    help: '1 for the state that the circuit breaker of a backend of this dispatcher is in, 0 for the others',
    labels: ['backend', 'state'],
  },
  (gauge) => {
    gauge.reset();
    for (const { view } of meters)
      for (const state of breakerStates)
        gauge.set({ backend: view.name(), state }, view.breaker() === state ? 1 : 0);
  },
);

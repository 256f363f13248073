import { type Board, percentiles } from './board.ts';

const lanes = '{lane=~"$lane"}';
const backends = '{backend=~"$backend"}';
const activity = 'star_graph_backend_activity_seconds_total';
const worked = `rate(${activity}{backend=~"$backend",activity=~"sampling|other|loading"}[$__rate_interval])`;

export const pool: Board = {
  uid: 'star-graph-pool',
  title: 'Pool',
  description: 'What waits, and what the GPUs do about it.',
  variables: ['lane', 'backend'],
  rows: [
    {
      title: 'Waiting',
      panels: [
        {
          title: 'Tasks in the queue',
          unit: 'none',
          kind: 'stacked',
          description: 'By lane: interactive up to 30 GPU-seconds, standard, long from three minutes on.',
          queries: [[`sum by (lane) (star_graph_queue_tasks${lanes})`, '{{lane}}']],
        },
        {
          title: 'Oldest task',
          unit: 's',
          bad: 2_700,
          description:
            'Age of the oldest task of each lane. Nobody’s first task waits for more than 40 minutes.',
          queries: [[`max by (lane) (star_graph_queue_oldest_seconds${lanes})`, '{{lane}}']],
        },
        {
          title: 'Time to start',
          unit: 's',
          exemplars: true,
          description: 'From acceptance to the first start on a GPU, by lane. A dot is a trace.',
          queries: percentiles([0.5, 0.95], 'star_graph_task_wait_seconds', lanes, 'lane'),
        },
        {
          title: 'GPU-seconds waiting',
          unit: 's',
          kind: 'stacked',
          description: 'Expected GPU time of the waiting tasks, by lane.',
          queries: [[`sum by (lane) (star_graph_waiting_gpu_seconds${lanes})`, '{{lane}}']],
        },
        {
          title: 'GPU-seconds waiting for each GPU',
          unit: 's',
          bad: 900,
          description: 'The measure for adding GPUs: waiting work divided by the GPUs that could do it.',
          queries: [['max by (gpu) (star_graph_gpu_seconds_waiting_per_gpu)', '{{gpu}}']],
        },
        {
          title: 'Wanted models',
          unit: 's',
          kind: 'bars',
          description: 'Waiting GPU-seconds by the large models that they need.',
          queries: [[`topk(10, sum by (models) (star_graph_waiting_gpu_seconds${lanes}))`, '{{models}}']],
        },
      ],
    },
    {
      title: 'GPUs',
      panels: [
        {
          title: 'What GPUs do',
          unit: 'none',
          kind: 'stacked',
          description: 'GPUs by activity: sampling and other nodes are useful, loading is not.',
          queries: [[`sum by (activity) (rate(${activity}${backends}[$__rate_interval]))`, '{{activity}}']],
        },
        {
          title: 'Useful share',
          unit: 'percentunit',
          bad: 0.7,
          isLowBad: true,
          max: 1,
          description: 'Of the time that a GPU worked, what was not loading.',
          queries: [
            [
              `sum by (backend) (rate(${activity}{backend=~"$backend",activity=~"sampling|other"}[$__rate_interval])) / (sum by (backend) (${worked}) > 0)`,
              '{{backend}}',
            ],
          ],
        },
        {
          title: 'Swaps',
          unit: 'none',
          description: 'Runs in an hour that loaded large models which were not on the server.',
          queries: [
            [`sum by (backend) (increase(star_graph_backend_swaps_total${backends}[1h]))`, '{{backend}}'],
          ],
        },
        {
          title: 'Servers by state',
          unit: 'none',
          kind: 'stacked',
          description: 'Of the whole pool, drained and disabled ones too.',
          queries: [['sum by (state) (star_graph_backends) > 0', '{{state}}']],
        },
        {
          title: 'Servers that are not up',
          unit: 'none',
          kind: 'stacked',
          description: 'Down, resting or on trial, by server. Without any it is empty.',
          queries: [
            [
              'max by (backend, state) (star_graph_backend_state{backend=~"$backend",state!="up"}) > 0',
              '{{backend}} {{state}}',
            ],
          ],
        },
        {
          title: 'Servers of each dispatcher',
          unit: 'none',
          kind: 'stacked',
          description: 'Dispatchers share the servers evenly.',
          queries: [['sum by (instance) (star_graph_owned_backends)', '{{instance}}']],
        },
      ],
    },
    {
      title: 'Runs',
      panels: [
        {
          title: 'Run time',
          unit: 's',
          exemplars: true,
          description: 'Of successful runs, loading included, by workflow. A dot is a trace.',
          queries: percentiles([0.5, 0.95], 'star_graph_task_run_seconds', '', 'workflow'),
        },
        {
          title: 'Attempts by end',
          unit: 'ops',
          kind: 'stacked',
          description: 'Elsewhere: sent to another server. Released: cancelled or recalled.',
          queries: [['sum by (end) (rate(star_graph_attempts_total[$__rate_interval]))', '{{end}}']],
        },
        {
          title: 'Assignments and recalls',
          unit: 'ops',
          description: 'Tasks that the leader put on a server, and those it asked back for an idle one.',
          queries: [
            ['sum(rate(star_graph_assignments_total[$__rate_interval]))', 'assigned'],
            ['sum(rate(star_graph_recalls_total[$__rate_interval]))', 'recalled'],
          ],
        },
        {
          title: 'Plan',
          unit: 's',
          bad: 1,
          description: 'Time of a round of the leader, with its statements.',
          queries: percentiles([0.5, 0.95, 0.99], 'star_graph_plan_duration_seconds'),
        },
        {
          title: 'Lost leases',
          unit: 'none',
          description: 'Leases that another dispatcher took over, in an hour. Without any it is empty.',
          queries: [['sum by (lease) (increase(star_graph_lease_losses_total[1h])) > 0', '{{lease}}']],
        },
        {
          title: 'Lost wake-ups',
          unit: 'none',
          description: 'In an hour. A look finds their work up to a second later.',
          queries: [['sum(increase(star_graph_doorbells_lost_total[1h]))', 'lost']],
        },
      ],
    },
    {
      title: 'Cards (needs dcgm-exporter)',
      panels: [
        {
          title: 'Utilisation',
          unit: 'percent',
          max: 100,
          description:
            'Of each card, as NVIDIA measures it. Loading counts as little, so do not scale by it.',
          queries: [[`DCGM_FI_DEV_GPU_UTIL${backends}`, '{{backend}} {{gpu}}']],
        },
        {
          title: 'Memory of the cards',
          unit: 'decmbytes',
          description: 'Used memory of each card, in MiB.',
          queries: [[`DCGM_FI_DEV_FB_USED${backends}`, '{{backend}} {{gpu}}']],
        },
        {
          title: 'Temperature',
          unit: 'celsius',
          bad: 85,
          description: 'Of each card. Most slow down at about 85 °C.',
          queries: [[`DCGM_FI_DEV_GPU_TEMP${backends}`, '{{backend}} {{gpu}}']],
        },
      ],
    },
  ],
};

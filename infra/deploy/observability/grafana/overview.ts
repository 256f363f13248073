import { type Board, percentiles } from './board.ts';

const http = 'star_graph_http_request_duration_seconds';
const ours = '{instance=~"$instance"}';
const processes = '{job=~"api|dispatcher|bot",instance=~"$instance"}';

export const overview: Board = {
  uid: 'star-graph-overview',
  title: 'Overview',
  description: 'Whether it works, for whom not, and which process is in trouble.',
  variables: ['instance'],
  rows: [
    {
      title: 'Now',
      panels: [
        {
          title: 'APIs',
          kind: 'number',
          unit: 'none',
          bad: 1,
          isLowBad: true,
          description: 'API processes that answer Prometheus.',
          queries: [['count(up{job="api"} == 1) or vector(0)', 'APIs']],
        },
        {
          title: 'Dispatchers',
          kind: 'number',
          unit: 'none',
          bad: 1,
          isLowBad: true,
          description: 'Dispatchers that answer Prometheus. Two or more survive the loss of one.',
          queries: [['count(up{job="dispatcher"} == 1) or vector(0)', 'dispatchers']],
        },
        {
          title: 'Leader',
          kind: 'number',
          unit: 'none',
          bad: 1,
          isLowBad: true,
          description: 'Exactly one dispatcher leads.',
          queries: [['sum(star_graph_leading)', 'leaders']],
        },
        {
          title: 'GPU servers',
          kind: 'number',
          unit: 'none',
          bad: 1,
          isLowBad: true,
          description: 'Servers of the pool that are up.',
          queries: [['sum(star_graph_backends{state="up"})', 'up']],
        },
        {
          title: 'Waiting',
          kind: 'number',
          unit: 'none',
          description: 'Tasks in the queue.',
          queries: [['sum(star_graph_queue_tasks)', 'tasks']],
        },
        {
          title: 'Running',
          kind: 'number',
          unit: 'none',
          description: 'Tasks at work on a GPU.',
          queries: [['sum(star_graph_open_tasks{state="running"})', 'tasks']],
        },
        {
          title: 'Alerts',
          kind: 'number',
          unit: 'none',
          bad: 1,
          description: 'Alerts that fire. Each has a page in infra/docs/runbooks.',
          queries: [['count(ALERTS{alertstate="firing"}) or vector(0)', 'firing']],
        },
        {
          title: 'Versions',
          kind: 'number',
          unit: 'none',
          bad: 2,
          description: 'Releases that run at once. More than one is right during an upgrade only.',
          queries: [['count(count by (version) (star_graph_build_info))', 'versions']],
        },
      ],
    },
    {
      title: 'Requests',
      panels: [
        {
          title: 'Requests',
          unit: 'reqps',
          kind: 'stacked',
          description: 'Answers of the API by class of status.',
          queries: [[`sum by (status) (rate(${http}_count${ours}[$__rate_interval]))`, '{{status}}']],
        },
        {
          title: 'Errors by route',
          unit: 'reqps',
          description: 'Answers with an error of ours. Without any it is empty.',
          queries: [
            [
              `sum by (route) (rate(${http}_count{instance=~"$instance",status="5xx"}[$__rate_interval])) > 0`,
              '{{route}}',
            ],
          ],
        },
        {
          title: 'Duration',
          unit: 's',
          exemplars: true,
          description: 'Time to the head of an answer, all routes. A dot is a trace.',
          queries: percentiles([0.5, 0.95, 0.99], http, ours),
        },
        {
          title: 'Busiest routes',
          unit: 'reqps',
          description: 'The ten routes with the most requests.',
          queries: [
            [
              `topk(10, sum by (method, route) (rate(${http}_count${ours}[$__rate_interval])))`,
              '{{method}} {{route}}',
            ],
          ],
        },
        {
          title: 'Slowest routes',
          unit: 's',
          description: 'The ten routes with the highest 95th percentile.',
          queries: [
            [
              `topk(10, histogram_quantile(0.95, sum by (le, method, route) (rate(${http}_bucket${ours}[$__rate_interval]))))`,
              '{{method}} {{route}}',
            ],
          ],
        },
        {
          title: 'Refusals',
          unit: 'reqps',
          description: 'Problem documents by their code. Each code has a page in infra/docs/problems.',
          queries: [
            [
              `topk(10, sum by (code) (rate(star_graph_http_problems_total${ours}[$__rate_interval])))`,
              '{{code}}',
            ],
          ],
        },
      ],
    },
    {
      title: 'Tasks and events',
      panels: [
        {
          title: 'Tasks asked for',
          unit: 'ops',
          kind: 'stacked',
          description: 'Requests for a task by outcome: accepted, or the code of the refusal.',
          queries: [
            [
              `sum by (outcome) (rate(star_graph_task_submissions_total${ours}[$__rate_interval]))`,
              '{{outcome}}',
            ],
          ],
        },
        {
          title: 'Tasks finished',
          unit: 'ops',
          kind: 'stacked',
          description: 'Ends of tasks by outcome.',
          queries: [
            [
              `sum by (outcome) (rate(star_graph_tasks_finished_total${ours}[$__rate_interval]))`,
              '{{outcome}}',
            ],
          ],
        },
        {
          title: 'Acceptance',
          unit: 's',
          exemplars: true,
          description: 'Time to accept a task. The objective is 250 ms for 99 %.',
          queries: percentiles(
            [0.5, 0.95, 0.99],
            'star_graph_task_accept_duration_seconds',
            '{outcome="accepted"}',
          ),
        },
        {
          title: 'Relay',
          unit: 's',
          description: 'Time from the commit of an event to its publication.',
          queries: percentiles([0.5, 0.99], 'star_graph_event_publish_lag_seconds', ours),
        },
        {
          title: 'Outbox',
          unit: 's',
          bad: 30,
          description: 'Age of the oldest event that is not published. It should be near zero.',
          queries: [['max(star_graph_outbox_oldest_unsent_seconds)', 'oldest']],
        },
        {
          title: 'Sockets and streams',
          unit: 'none',
          kind: 'stacked',
          description: 'Clients that listen: STOMP and server-sent events.',
          queries: [
            [`sum(star_graph_stomp_sockets${ours})`, 'STOMP'],
            [`sum(star_graph_event_streams${ours})`, 'event streams'],
          ],
        },
      ],
    },
    {
      title: 'Processes',
      panels: [
        {
          title: 'Processor',
          unit: 'percentunit',
          description: 'Cores that each process uses. Its main thread has one.',
          queries: [
            [`rate(process_cpu_seconds_total${processes}[$__rate_interval])`, '{{job}} {{instance}}'],
          ],
        },
        {
          title: 'Memory',
          unit: 'bytes',
          bad: 1.5 * 1024 ** 3,
          description: 'Resident memory. 150 to 300 MiB are usual.',
          queries: [[`process_resident_memory_bytes${processes}`, '{{job}} {{instance}}']],
        },
        {
          title: 'Event loop',
          unit: 's',
          bad: 0.25,
          description: 'How late the slowest percent of its turns is. Below 50 ms is good.',
          queries: [[`nodejs_eventloop_lag_p99_seconds${processes}`, '{{job}} {{instance}}']],
        },
        {
          title: 'Connections to the database',
          unit: 'none',
          description: 'By pool. What is pending waits for one, and should be zero.',
          queries: [[`sum by (pool, state) (star_graph_database_connections${ours})`, '{{pool}} {{state}}']],
        },
        {
          title: 'Redis',
          unit: 'none',
          description: 'Connections by state. All should be ready.',
          queries: [[`sum by (state) (star_graph_redis_connections${ours})`, '{{state}}']],
        },
        {
          title: 'Failing loops',
          unit: 'none',
          description: 'Rounds of repeated work that failed, in an hour. Without any it is empty.',
          queries: [
            [`sum by (loop) (increase(star_graph_loop_failures_total${ours}[1h])) > 0`, '{{loop}}'],
            [
              `sum by (message) (increase(star_graph_redis_messages_lost_total${ours}[1h])) > 0`,
              'lost to Redis: {{message}}',
            ],
          ],
        },
      ],
    },
  ],
};

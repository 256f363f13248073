import type { Board } from './board.ts';

const useful =
  'sum(increase(star_graph_backend_activity_seconds_total{activity=~"sampling|other"}[6h])) / sum(increase(star_graph_backend_activity_seconds_total{activity=~"sampling|other|loading"}[6h]))';

export const slo: Board = {
  uid: 'star-graph-slo',
  title: 'SLO',
  description: 'What was promised, and how much of the error budgets is left.',
  variables: ['lane'],
  rows: [
    {
      title: 'Error budgets of 30 days',
      panels: [
        {
          title: 'Budget left',
          unit: 'percentunit',
          kind: 'bars',
          width: 12,
          bad: 0.25,
          isLowBad: true,
          min: 0,
          max: 1,
          description:
            'Of the events that may be bad in 30 days. At 0 the objective is missed: put off risky changes.',
          queries: [['slo:budget_left:ratio', '{{slo}}']],
        },
        {
          title: 'Objectives',
          unit: 'percentunit',
          kind: 'bars',
          width: 12,
          min: 0.8,
          max: 1,
          description: 'The share of events that must be good.',
          queries: [['1 - slo:budget:ratio', '{{slo}}']],
        },
        {
          title: 'Burn rate of an hour',
          unit: 'none',
          width: 12,
          bad: 14.4,
          description: 'At 1 the budget lasts 30 days, at 14.4 two days; that pages.',
          queries: [['slo:error:ratio_rate1h / on (slo) slo:budget:ratio', '{{slo}}']],
        },
        {
          title: 'Burn rate of six hours',
          unit: 'none',
          width: 12,
          bad: 6,
          description: 'At 6 the budget lasts five days; that pages.',
          queries: [['slo:error:ratio_rate6h / on (slo) slo:budget:ratio', '{{slo}}']],
        },
      ],
    },
    {
      title: 'Accepting tasks',
      panels: [
        {
          title: 'Accepted within 250 ms',
          unit: 'percentunit',
          bad: 0.99,
          isLowBad: true,
          min: 0.9,
          max: 1,
          description: 'The objective is 99 %.',
          queries: [['1 - slo:error:ratio_rate5m{slo="accept-latency"}', 'within 250 ms']],
        },
        {
          title: 'Answered without an error of ours',
          unit: 'percentunit',
          bad: 0.999,
          isLowBad: true,
          min: 0.99,
          max: 1,
          description: 'The objective is 99.9 %.',
          queries: [['1 - slo:error:ratio_rate5m{slo="accept-errors"}', 'without an error']],
        },
        {
          title: '99th percentile of acceptance',
          unit: 's',
          bad: 0.25,
          exemplars: true,
          description: 'From the request to the head of the answer. A dot is a trace.',
          queries: [
            [
              'histogram_quantile(0.99, sum by (le) (rate(star_graph_http_request_duration_seconds_bucket{method="POST",route="/api/v1/generate/{workflow}",status="2xx"}[$__rate_interval])))',
              'p99',
            ],
          ],
        },
      ],
    },
    {
      title: 'Starting tasks',
      panels: [
        {
          title: 'Started in time',
          unit: 'percentunit',
          width: 12,
          bad: 0.9,
          isLowBad: true,
          min: 0.5,
          max: 1,
          description: 'Interactive within a minute (95 %), standard within five, long within thirty (90 %).',
          queries: [['1 - slo:error:ratio_rate5m{slo=~"start-.*"}', '{{slo}}']],
        },
        {
          title: 'Oldest task in the queue',
          unit: 's',
          width: 12,
          bad: 2_700,
          description: 'By lane. Above 60 minutes there is a ticket.',
          queries: [['max by (lane) (star_graph_queue_oldest_seconds{lane=~"$lane"})', '{{lane}}']],
        },
      ],
    },
    {
      title: 'GPUs and books',
      panels: [
        {
          title: 'Useful share of six hours',
          unit: 'percentunit',
          bad: 0.7,
          isLowBad: true,
          max: 1,
          description: 'Of the time that GPUs worked, what was not loading. The objective is 70 %.',
          queries: [[useful, 'useful']],
        },
        {
          title: 'Sum of the ledger',
          unit: 'none',
          kind: 'number',
          width: 8,
          bad: 1,
          description: 'Of all entries, at the last complete check. It must be 0.',
          queries: [['max(star_graph_ledger_imbalance_credits)', 'credits']],
        },
        {
          title: 'Age of the check',
          unit: 's',
          kind: 'number',
          width: 8,
          bad: 172_800,
          description: 'Since the last complete check of the ledger. It is made once a day.',
          queries: [['time() - max(star_graph_ledger_checked_timestamp_seconds)', 'age']],
        },
      ],
    },
  ],
};

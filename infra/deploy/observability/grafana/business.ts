import { type Board, percentiles } from './board.ts';

const workflows = '{workflow=~"$workflow"}';

export const business: Board = {
  uid: 'star-graph-business',
  title: 'Business',
  description: 'What people make, what it costs, and what they pay. No person appears here.',
  variables: ['workflow'],
  rows: [
    {
      title: 'Today',
      panels: [
        {
          title: 'Finished',
          kind: 'number',
          unit: 'short',
          width: 4,
          description: 'Tasks that succeeded in 24 hours.',
          queries: [
            [
              'sum(increase(star_graph_tasks_finished_total{outcome="succeeded",workflow=~"$workflow"}[24h]))',
              'tasks',
            ],
          ],
        },
        {
          title: 'Success',
          kind: 'number',
          unit: 'percentunit',
          width: 4,
          bad: 0.95,
          isLowBad: true,
          description: 'Of the tasks of 24 hours that were not cancelled.',
          queries: [
            [
              'sum(increase(star_graph_tasks_finished_total{outcome="succeeded",workflow=~"$workflow"}[24h])) / sum(increase(star_graph_tasks_finished_total{outcome=~"succeeded|failed",workflow=~"$workflow"}[24h]))',
              'succeeded',
            ],
          ],
        },
        {
          title: 'GPU hours',
          kind: 'number',
          unit: 'h',
          width: 4,
          description: 'GPU time of 24 hours with work, loading included.',
          queries: [
            [
              'sum(increase(star_graph_backend_activity_seconds_total{activity=~"sampling|other|loading"}[24h])) / 3600',
              'hours',
            ],
          ],
        },
        {
          title: 'People',
          kind: 'number',
          unit: 'short',
          width: 4,
          description: 'People whose tasks were on a GPU today, in UTC.',
          queries: [['max(star_graph_active_people{day="today"})', 'people']],
        },
        {
          title: 'Refused',
          kind: 'number',
          unit: 'percentunit',
          width: 4,
          description: 'Of the requests for a task in 24 hours: too few credits, a limit, a full queue.',
          queries: [
            [
              '1 - sum(increase(star_graph_task_submissions_total{outcome=~"accepted|cached|replayed"}[24h])) / sum(increase(star_graph_task_submissions_total[24h]))',
              'refused',
            ],
          ],
        },
        {
          title: 'Ledger',
          kind: 'number',
          unit: 'none',
          width: 4,
          bad: 1,
          description: 'Faults of the last complete check of the books. It must be 0.',
          queries: [['max(star_graph_ledger_faults)', 'faults']],
        },
      ],
    },
    {
      title: 'Tasks',
      panels: [
        {
          title: 'Tasks by workflow',
          unit: 'ops',
          kind: 'stacked',
          description: 'Tasks that succeeded.',
          queries: [
            [
              'sum by (workflow) (rate(star_graph_tasks_finished_total{outcome="succeeded",workflow=~"$workflow"}[$__rate_interval]))',
              '{{workflow}}',
            ],
          ],
        },
        {
          title: 'Failed and cancelled',
          unit: 'ops',
          kind: 'stacked',
          description: 'By workflow. People get their credits back for what failed.',
          queries: [
            [
              'sum by (workflow, outcome) (rate(star_graph_tasks_finished_total{outcome!="succeeded",workflow=~"$workflow"}[$__rate_interval]))',
              '{{workflow}} {{outcome}}',
            ],
          ],
        },
        {
          title: 'Why requests were refused',
          unit: 'ops',
          kind: 'stacked',
          description: 'By the code of the problem.',
          queries: [
            [
              'sum by (outcome) (rate(star_graph_task_submissions_total{outcome!~"accepted|cached|replayed"}[$__rate_interval]))',
              '{{outcome}}',
            ],
          ],
        },
      ],
    },
    {
      title: 'Books (in steps of an hour)',
      panels: [
        {
          title: 'Credits moved',
          unit: 'short',
          kind: 'stacked',
          description: 'In 24 hours, by kind: grants, purchases, captures, releases, refunds.',
          queries: [['sum by (kind) (increase(star_graph_business_credits_total[24h]))', '{{kind}}']],
        },
        {
          title: 'GPU hours by workflow',
          unit: 'h',
          kind: 'stacked',
          description: 'In 24 hours, all attempts.',
          queries: [
            [
              `sum by (workflow) (increase(star_graph_business_gpu_seconds_total${workflows}[24h])) / 3600`,
              '{{workflow}}',
            ],
          ],
        },
        {
          title: 'Tasks since the beginning',
          unit: 'short',
          kind: 'bars',
          description: 'That succeeded, by workflow.',
          queries: [
            [
              'sort_desc(sum by (workflow) (star_graph_business_tasks_total{outcome="succeeded",workflow=~"$workflow"}))',
              '{{workflow}}',
            ],
          ],
        },
      ],
    },
    {
      title: 'Doors',
      panels: [
        {
          title: 'Commands of the bot',
          unit: 'ops',
          kind: 'stacked',
          description: 'Interactions in Discord by command.',
          queries: [
            ['sum by (command) (rate(star_graph_bot_interactions_total[$__rate_interval]))', '{{command}}'],
          ],
        },
        {
          title: 'First answer',
          unit: 's',
          bad: 2,
          description: 'Until the bot answers a command. Discord gives up after three seconds.',
          queries: percentiles([0.5, 0.95], 'star_graph_bot_first_answer_seconds'),
        },
        {
          title: 'Webhooks',
          unit: 'ops',
          kind: 'stacked',
          description: 'Posts to receivers by outcome.',
          queries: [
            [
              'sum by (outcome) (rate(star_graph_webhook_post_duration_seconds_count[$__rate_interval]))',
              '{{outcome}}',
            ],
          ],
        },
        {
          title: 'Uploads',
          unit: 'ops',
          kind: 'stacked',
          description: 'Pictures that people sent, by outcome.',
          queries: [['sum by (outcome) (rate(star_graph_uploads_total[$__rate_interval]))', '{{outcome}}']],
        },
        {
          title: 'Uploaded',
          unit: 'binBps',
          description: 'Bytes of stored uploads.',
          queries: [['sum(rate(star_graph_uploaded_bytes_total[$__rate_interval]))', 'bytes']],
        },
        {
          title: 'Deleted by age',
          unit: 'short',
          kind: 'stacked',
          description: 'Rows that retention deleted in 24 hours, by table.',
          queries: [
            ['sum by (table) (increase(star_graph_retention_deleted_rows_total[24h])) > 0', '{{table}}'],
          ],
        },
      ],
    },
  ],
};

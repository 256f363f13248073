import { expect, test } from 'vitest';
import { readCoreDefinitions } from '../../graph/coreDefinitions.ts';
import { parseManifest } from '../../manifest.ts';
import { missingFor, presentMissing } from '../../models/requirements.ts';
import { field, out, socket } from '../../testing/pageDocument.ts';
import { readInventory } from '../../testing/testInventory.ts';
import { definitionsOf } from '../definitions.ts';
import { importDocument } from '../importDocument.ts';
import { proposeManifest } from './proposeManifest.ts';

/*
 * Many official blueprints choose by a list of their own, whose place drives the graph, and hold numbers between limits
 * of their own. This document does both: a choice takes a picture of a batch, which a number scales.
 */
const core = readCoreDefinitions();
const define = definitionsOf([core]);
const combo = ['Second', 1, 'First', 'Second', 'Third', ''];
const document = {
  version: 0.4,
  nodes: [
    {
      id: 9,
      type: 'part',
      mode: 0,
      inputs: [],
      outputs: out('IMAGE'),
      widgets_values: [],
      properties: {
        proxyWidgets: [
          ['3', 'choice'],
          ['4', 'value'],
        ],
      },
    },
  ],
  links: [],
  definitions: {
    subgraphs: [
      {
        id: 'part',
        name: 'Pick',
        inputs: [],
        outputs: [{ name: 'IMAGE', type: 'IMAGE' }],
        nodes: [
          { id: 1, type: 'EmptyImage', outputs: out('IMAGE'), widgets_values: [64, 64, 3, 0] },
          {
            id: 2,
            type: 'ImageFromBatch',
            outputs: out('IMAGE'),
            inputs: [socket('image', 'IMAGE', 1), field('batch_index', 2)],
            widgets_values: [0, 1],
          },
          {
            id: 3,
            type: 'CustomCombo',
            title: 'Picture',
            inputs: [field('choice', null)],
            outputs: out('STRING', 'INT'),
            widgets_values: combo,
          },
          {
            id: 4,
            type: 'PrimitiveFloat',
            title: 'Size',
            inputs: [field('value', null)],
            outputs: out('FLOAT'),
            widgets_values: [1],
            properties: { min: 0.5, max: 2, step: 0.1 },
          },
          {
            id: 5,
            type: 'ImageScaleBy',
            outputs: out('IMAGE'),
            inputs: [socket('image', 'IMAGE', 3), field('scale_by', 4)],
            widgets_values: ['area', 1],
          },
        ],
        links: [
          [1, 1, 0, 2, 0],
          [2, 3, 1, 2, 1],
          [3, 2, 0, 5, 0],
          [4, 4, 0, 5, 1],
          [5, 5, 0, -20, 0],
        ].map(([id, origin_id, origin_slot, target_id, target_slot]) => ({
          id,
          origin_id,
          origin_slot,
          target_id,
          target_slot,
        })),
      },
    ],
  },
};

function load() {
  const { imported, faults } = importDocument(document, define);
  if (!imported) throw new Error(JSON.stringify(faults));
  const { manifest } = proposeManifest(imported, define);
  return { manifest, workflow: parseManifest(manifest, { objectInfos: [core] }) };
}

test('a list that a graph brings along is offered as a choice, and its place follows', () => {
  const { manifest, workflow } = load();
  expect(manifest.params.properties).toMatchObject({
    picture: { title: 'Picture', enum: ['First', 'Second', 'Third'], default: 'Second' },
  });
  const bind = (params: object) =>
    workflow.bind(workflow.params.parse(params), { images: {}, outputPrefix: 'here' })['9:3']?.inputs;
  expect(bind({})).toMatchObject({ choice: 'Second', index: 1 });
  expect(bind({ picture: 'Third' })).toMatchObject({ choice: 'Third', index: 2, option1: 'First' });
});

test('no server lacks a choice that a graph brings along', () => {
  const { workflow } = load();
  const inventory = readInventory(core);
  expect(workflow.nodeClasses({ picture: 'Third' })).toContain('CustomCombo');
  expect(presentMissing(missingFor(workflow, { picture: 'Third' }, inventory))).toEqual([]);
});

test('a number keeps the limits that its author set', () => {
  const [value] = Object.values(load().manifest.params.properties).filter(({ type }) => type === 'number');
  expect(value).toMatchObject({ title: 'Size', minimum: 0.5, maximum: 2, default: 1 });
});

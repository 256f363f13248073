import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { invariant } from '@star-graph/core/ground/errors';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers';
import type { PixelTasks } from '../pictures/pixelTasks.ts';
import { type Network, type NetworkName, networks } from './networks.ts';

type TileInput = PixelTasks['upscale-tile']['input'];

const require = createRequire(import.meta.url);
const loaded = new Map<NetworkName, Promise<LayersModel>>();

/** Runs one tile through the network. Nothing is fetched: topology and weights are read from the installed package. */
export async function upscaleTile(input: TileInput): Promise<Uint8Array> {
  const { white } = networks[input.network];
  let loading = loaded.get(input.network);
  if (!loading) {
    loading = loadModel(networks[input.network]);
    loaded.set(input.network, loading);
  }
  const model = await loading;
  const result = tf.tidy(() => {
    const samples = Float32Array.from(input.rgb, (value) => (value * white) / 255);
    const enlarged = model.predict(tf.tensor4d(samples, [1, input.height, input.width, 3]));
    invariant(enlarged instanceof tf.Tensor, 'the network has one output');
    return tf.clipByValue(tf.round(tf.mul(enlarged, 255 / white)), 0, 255);
  });
  const samples = await result.data();
  result.dispose();
  return Uint8Array.from(samples);
}

async function loadModel(network: Network): Promise<LayersModel> {
  if (tf.getBackend() !== 'wasm') {
    setWasmPaths(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep);
    invariant(await tf.setBackend('wasm'), 'the WASM backend of TensorFlow.js starts');
  }
  const directory = join(packageDirectory(network.package), network.directory);
  const model = JSON.parse(readFileSync(join(directory, 'model.json'), 'utf8')) as {
    modelTopology: object;
    weightsManifest: { paths: string[]; weights: object[] }[];
  };
  const bytes = Buffer.concat(
    model.weightsManifest.flatMap((group) => group.paths).map((path) => readFileSync(join(directory, path))),
  );
  const artifacts = {
    modelTopology: model.modelTopology,
    weightSpecs: model.weightsManifest.flatMap((group) => group.weights),
    weightData: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
  };
  return loadLayersModel({ load: () => Promise.resolve(artifacts as tf.io.ModelArtifacts) });
}

/** The folder of an installed package whose exports do not include its package.json. */
function packageDirectory(name: string): string {
  const entry = require.resolve(name);
  const marker = `${sep}${name.replace('/', sep)}${sep}`;
  const end = entry.lastIndexOf(marker);
  invariant(end >= 0, `${name} is installed in a folder of its name`);
  return entry.slice(0, end + marker.length);
}

import { useEffect, useRef, useState } from 'preact/hooks';
import {
  ACESFilmicToneMapping,
  Box3,
  DirectionalLight,
  HemisphereLight,
  PerspectiveCamera,
  Scene,
  Vector3,
  WebGLRenderer,
} from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { defineTexts } from '../../texts/defineTexts.ts';
import './unseen.css';

const texts = defineTexts({
  turn: {
    en: (name: string) => `${name}: a 3D model. Drag or use the arrow keys to turn it`,
    'zh-CN': (name: string) => `${name}：3D 模型。拖动或按方向键旋转`,
  },
  broken: { en: 'This browser cannot show 3D models', 'zh-CN': '此浏览器无法显示 3D 模型' },
});

interface BodyViewerProps {
  url: string;
  name: string;
  onStale?: (() => void) | undefined;
}

/** A body that is turned by hand. Everything that draws it is fetched with it. */
export function BodyViewer({ url, name, onStale }: BodyViewerProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [isBroken, setBroken] = useState(false);
  useEffect(() => {
    if (!canvas.current) return;
    try {
      return show(canvas.current, url, () => onStale?.());
    } catch {
      // The drawing library throws where the browser draws nothing in space.
      setBroken(true);
      return;
    }
  }, [url]);
  if (isBroken) return <p class="sg-unseen">{texts.broken}</p>;
  return <canvas ref={canvas} class="sg-body" tabIndex={0} role="img" aria-label={texts.turn(name)} />;
}

/** By how much a press of a key turns it. */
const step = Math.PI / 12;

/** @returns what ends it. */
function show(canvas: HTMLCanvasElement, url: string, onStale: () => void): () => void {
  const renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true });
  renderer.toneMapping = ACESFilmicToneMapping;
  const scene = new Scene();
  const sun = new DirectionalLight('white', 2);
  sun.position.set(3, 4, 5);
  scene.add(new HemisphereLight('white', 'gray', 2), sun);
  const camera = new PerspectiveCamera(40, 1, 0.01, 100);
  const controls = new OrbitControls(camera, canvas);
  controls.enablePan = false;
  const draw = () => renderer.render(scene, camera);
  controls.addEventListener('change', draw);
  const resized = new ResizeObserver(() => {
    const { clientWidth, clientHeight } = canvas;
    renderer.setPixelRatio(devicePixelRatio);
    renderer.setSize(clientWidth, clientHeight, false);
    camera.aspect = clientWidth / Math.max(1, clientHeight);
    camera.updateProjectionMatrix();
    draw();
  });
  resized.observe(canvas);
  let isOver = false;
  new GLTFLoader().load(
    url,
    ({ scene: body }) => {
      if (isOver) return;
      const box = new Box3().setFromObject(body);
      const size = box.getSize(new Vector3()).length() || 1;
      body.position.sub(box.getCenter(new Vector3()));
      scene.add(body);
      camera.near = size / 100;
      camera.far = size * 10;
      camera.position.set(0.6, 0.5, 1).multiplyScalar(size * 1.1);
      camera.updateProjectionMatrix();
      controls.update();
      canvas.dataset.loaded = '';
      draw();
    },
    undefined,
    onStale,
  );
  const turn = (event: KeyboardEvent) => {
    const [around, up] = turns[event.key] ?? [];
    if (around === undefined || up === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const place = camera.position.clone();
    place.applyAxisAngle(new Vector3(0, 1, 0), around * step);
    place.applyAxisAngle(new Vector3(1, 0, 0).applyQuaternion(camera.quaternion), up * step);
    camera.position.copy(place);
    controls.update();
    draw();
  };
  canvas.addEventListener('keydown', turn);
  return () => {
    isOver = true;
    canvas.removeEventListener('keydown', turn);
    resized.disconnect();
    controls.dispose();
    renderer.dispose();
  };
}

const turns: Readonly<Record<string, readonly [around: number, up: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

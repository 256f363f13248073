export { FakeSocket as WebSocket } from './world/comfy.ts';

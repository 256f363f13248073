import type { IsAllowedOrigin } from '../middleware/browserRules.ts';
import type { Door, DoorDeps } from './doorDeps.ts';
import { createMcpDoor } from './mcp/mcpDoor.ts';
import { createOpenAiDoor } from './openai/openaiDoor.ts';

export const createDoors = (deps: DoorDeps, isAllowedOrigin: IsAllowedOrigin): readonly Door[] => [
  createOpenAiDoor(deps),
  createMcpDoor(deps, isAllowedOrigin),
];

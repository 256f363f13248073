import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { findSharing } from './testProjects.ts';

/**
 * Vitest's order, the largest files first, but for those that share a running console: they come last, one after the
 * other. Until its process ends it costs a twentieth of a core, and the sooner it starts, the longer it runs for nobody.
 */
export class TestOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sharing = new Set(findSharing());
    const isLast = ({ moduleId, project }: TestSpecification) =>
      sharing.has(moduleId.slice(project.config.root.length + 1));
    const sorted = await super.sort(files);
    return [...sorted.filter((file) => !isLast(file)), ...sorted.filter(isLast)];
  }
}

import { launch } from './lib/launch.mjs';

await launch('scripts/test.ts', { args: ['test/faults'], env: { FAULTS: 'long' } });

import { launch } from './lib/launch.mjs';

await launch('scripts/demo/main.ts');

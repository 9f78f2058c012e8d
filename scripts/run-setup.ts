import { ConfigError, loadConfig } from '../infra/config.ts';
import { setup } from './setup.ts';

/** `npm run setup`: prepares servers that somebody else runs, before the processes start (deployments, compose). */
try {
  await setup(loadConfig(), {
    demoData: process.argv.includes('--demo-data'),
    progress: (line) => console.log(line),
  });
  console.log('Setup is done.');
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exitCode = 1;
}

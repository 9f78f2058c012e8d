import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '../progress.ts';
import { onPath, run } from './command.ts';
import { cacheDir, provision, type Program } from './provision.ts';

const VERSION = '1.38.0';
const libraryDir = () => join(cacheDir(), `temporal-test-server-${VERSION}`);

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>bangfu</groupId><artifactId>test-server</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>${VERSION}</version></dependency>
  </dependencies>
</project>
`;

const testServer: Program = {
  title: 'Temporal test server',
  variable: 'TEMPORAL_TEST_SERVER_BIN',
  cacheName: `temporal-test-server-${VERSION}`,
  sources: [
    {
      label: `taking it from the Maven package io.temporal:temporal-test-server:${VERSION}`,
      async fetch(target, scratch) {
        if (!(await onPath('mvn'))) throw new Error('Maven is not installed');
        await writeFile(join(scratch, 'pom.xml'), POM);
        await run(
          'mvn',
          ['-q', '-B', 'dependency:copy-dependencies', '-DincludeScope=runtime', '-DoutputDirectory=jars'],
          { cwd: scratch, timeoutMs: 5 * 60_000 },
        );
        await rm(libraryDir(), { recursive: true, force: true });
        await cp(join(scratch, 'jars'), libraryDir(), { recursive: true });
        await writeFile(target, launchScript());
      },
    },
  ],
  remedy: 'The tests then let the Temporal SDK download its own test server.',
};

/** `exec` keeps the process id, so that whoever starts the script can stop the server. */
function launchScript(): string {
  return `#!/bin/sh\nexec java -XX:TieredStopAtLevel=1 -cp '${libraryDir()}/*' io.temporal.testserver.TestServer "$@"\n`;
}

/**
 * Path of an executable that takes a port and serves Temporal with skipped time, or undefined where there
 * is no Java to run it: the SDK then fetches a native one itself.
 */
export async function provisionTimeSkippingServer(progress: Progress): Promise<string | undefined> {
  if (!process.env[testServer.variable] && !(await onPath('java'))) {
    progress(
      'Temporal test server: no Java here, so the tests let the Temporal SDK download its own. Install Java 11 or later if that fails.',
    );
    return undefined;
  }
  return provision(testServer, progress).catch((error: unknown) => {
    progress(error instanceof Error ? error.message : String(error));
    return undefined;
  });
}
